import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { isInsideFolder } from '../inside-folder.ts';
import type { Location } from '../location.ts';
import { didYouMean } from '../nearest-name.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { contractConfig } from './contract-config.ts';
import type {
  ContractConfig,
  FencelineConfig,
  LimitsConfig,
  OutsideSettings,
  PostgresConfig,
  SyncConfig,
} from './fenceline-config.ts';
import { isWholeUrl } from './postgres-url.ts';
import type { ProjectFiles } from './project-files.ts';
import { readYaml } from './read-yaml.ts';
import { catalogTables, incompleteRules, incompleteSamples, syncConfig } from './sync-config.ts';
import { unknownDatabases, wrongPatterns } from './sync-patterns.ts';
import {
  namedDatabases,
  type ParsedConfig,
  parseConfig,
  type WrittenConfig,
  type WrittenDatabase,
} from './written-config.ts';

const FILE = 'fenceline.yml';

interface LoadOptions {
  readonly files: ProjectFiles;
  /** Absolute path of the file to read in the place of `fenceline.yml`. */
  readonly file?: string;
  /**
   * The base's `fenceline.yml`. With it, `postgres` and `env` are read from the base alone, since they reach beyond the
   * project. If the base cannot be read, the head's address and variables are not used either.
   */
  readonly base?: BaseConfig | 'unreadable';
}

/** A parsed `fenceline.yml` of the base, or of a policy. */
export interface BaseConfig {
  readonly sync: SyncConfig;
  readonly contract: ContractConfig;
  readonly settings: ParsedConfig;
}

/**
 * Reads `fenceline.yml` and fills in every default.
 * @throws {UserError} with every mistake: unknown keys, wrong types, files that are not there
 */
export function loadFencelineConfig({ files, file, base }: LoadOptions): FencelineConfig {
  const path = file ?? resolve(files.directory, FILE);
  const { displayPath, document, written } = readConfig(path, files);
  const effective = effectiveSettings({ document, written, displayPath }, base);
  const folder =
    effective.displayPath === displayPath ? dirname(path) : resolve(files.directory, dirname(effective.displayPath));
  const { postgres, env } = effective.written;
  const own = { document, written, displayPath };
  const mistakes: Mistake[] = [
    ...partialVariables(effective),
    ...(base ? partialVariables(own) : []),
    ...catalogTables(syncConfig(written.sync, document)),
    ...incompleteRules(own),
    ...incompleteSamples(own),
    ...wrongPatterns(own),
    ...unknownDatabases(own),
  ];
  const databaseAt = (settings: WrittenDatabase | undefined, path: readonly string[]): PostgresConfig => ({
    version: settings?.version,
    url: settings?.url && { text: settings.url, location: effective.document.locate([...path, 'url']) },
    setup: (settings?.setup ?? []).map((script, index) => {
      const location = effective.document.locate([...path, 'setup', index]);
      return setUpFile({ script, location }, { folder, project: files.directory }, mistakes);
    }),
  });
  const config: FencelineConfig = {
    file: displayPath,
    postgres: databaseAt(postgres, ['postgres']),
    databases: new Map(
      namedDatabases(effective.written).map(([name, database]) => [name, databaseAt(database, ['postgres', name])]),
    ),
    sync: syncConfig(written.sync, document),
    contract: contractConfig(written.contract, document),
    env: env ?? [],
    limits: limitsConfig(written.limits),
    outside: outsideOf(written),
  };
  if (mistakes.length > 0) throw new UserError(mistakes);
  return config;
}

/** The file whose `postgres` and `env` are used. */
function effectiveSettings(head: ParsedConfig, base: LoadOptions['base']): ParsedConfig {
  if (base === undefined) return head;
  if (base !== 'unreadable') return base.settings;
  const withoutUrl = ({ url: _, ...database }: WrittenDatabase = {}) => database;
  const named = namedDatabases(head.written).map(([name, database]) => [name, withoutUrl(database)] as const);
  const postgres = { ...withoutUrl(head.written.postgres), ...Object.fromEntries(named) };
  return { ...head, written: { ...head.written, postgres, env: [] } };
}

/**
 * Reads `fenceline.yml` for a command that needs no contract. Without the file, every setting has its default.
 * @throws {UserError}
 */
export function loadConfigIfThere(options: LoadOptions): FencelineConfig {
  if (options.file !== undefined || existsSync(resolve(options.files.directory, FILE))) {
    return loadFencelineConfig(options);
  }
  const document = readYaml(FILE, '');
  const contract = { tiers: {} };
  return {
    file: FILE,
    postgres: { version: undefined, url: undefined, setup: [] },
    databases: new Map(),
    sync: syncConfig(undefined, document),
    contract: contractConfig(contract, document),
    env: [],
    limits: limitsConfig(undefined),
    outside: outsideOf({ contract }),
  };
}

/**
 * Parses the text of the base's `fenceline.yml`.
 * @param displayPath its path in messages
 * @throws {UserError}
 */
export function readBaseConfig(displayPath: string, text: string): BaseConfig {
  const settings = parseConfig(displayPath, text);
  const { document, written } = settings;
  return {
    sync: syncConfig(written.sync, document),
    contract: contractConfig(written.contract, document),
    settings,
  };
}

/** The settings of a base's file that reach beyond the project. */
export function baseOutside({ settings }: BaseConfig): OutsideSettings {
  return outsideOf(settings.written);
}

function outsideOf(written: WrittenConfig): OutsideSettings {
  const settings = ({ url, version, setup = [] }: WrittenDatabase = {}) => ({ url, version, setup });
  const named = namedDatabases(written).map(([name, database]) => [name, settings(database)] as const);
  return { ...settings(written.postgres), databases: Object.fromEntries(named), env: written.env ?? [] };
}

function readConfig(path: string, files: ProjectFiles): ParsedConfig {
  const displayPath = relative(files.directory, path).replaceAll('\\', '/');
  return {
    ...parseConfig(displayPath.startsWith('..') ? path : displayPath, readConfigFile(path, files)),
    displayPath,
  };
}

/**
 * Refuses a variable that is a part of an address: its value could become a host name, and so be sent to a name server.
 */
function partialVariables({ written, document }: ParsedConfig): readonly Mistake[] {
  const named = namedDatabases(written).map(([name, { url }]) => ({ url, path: ['postgres', name, 'url'] }));
  return [{ url: written.postgres?.url, path: ['postgres', 'url'] }, ...named]
    .filter(({ url }) => url !== undefined && !isWholeUrl(url))
    .map(({ path }) => ({
      code: 'partial-url',
      message: `${path.join('.')} holds a variable beside other text`,
      location: document.locate(path),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
      fix: 'put the whole address into one variable: url: ${DATABASE_URL}',
    }));
}

function readConfigFile(path: string, files: ProjectFiles): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const candidates = files.list('.', ['.yml', '.yaml']).map((name) => basename(name));
    const mistake = {
      code: 'no-config',
      message: `there is no ${isAbsolute(path) && dirname(path) === files.directory ? basename(path) : path} beside dbt_project.yml.${didYouMean(basename(path), candidates)}`,
      fix: 'write one, with the keys of docs/configuration.md; or name another file with --config',
    };
    throw new UserError(mistake, { cause });
  }
}

interface ScriptFolders {
  /** Folder of fenceline.yml. */
  readonly folder: string;
  readonly project: string;
}

function setUpFile(
  { script, location }: { readonly script: string; readonly location: Location },
  { folder, project }: ScriptFolders,
  mistakes: Mistake[],
): string {
  const path = resolve(folder, script);
  if (!existsSync(path)) {
    mistakes.push({
      code: 'file-not-found',
      message: `there is no file ${script}`,
      location,
      fix: 'write its path below the folder of fenceline.yml',
    });
  } else if (!isInsideFolder(realpathSync(path), realpathSync(project))) {
    mistakes.push({
      code: 'file-outside',
      message: `the set-up file ${script} is not in the project folder`,
      location,
      fix: 'put the file below the project folder; links that lead out of it are not followed',
    });
  }
  return path;
}

function limitsConfig(written: WrittenConfig['limits']): LimitsConfig {
  return { statementSeconds: written?.statement_seconds ?? 3600, syncSeconds: written?.sync_seconds ?? 21_600 };
}
