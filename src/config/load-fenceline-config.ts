import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import schema from '../../schema/fenceline.schema.json' with { type: 'json' };
import { isInsideFolder } from '../inside-folder.ts';
import { didYouMean } from '../nearest-name.ts';
import { type Mistake, UserError } from '../user-error.ts';
import type {
  AllowedState,
  ColumnMask,
  ContractConfig,
  DriftPolicies,
  FencelineConfig,
  LimitsConfig,
  MaskConfig,
  OutsideSettings,
  Policy,
  SyncConfig,
  ValueRules,
} from './fenceline-config.ts';
import { isWholeUrl } from './postgres-url.ts';
import type { ProjectFiles } from './project-files.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';
import { createValidator, requireValid } from './validate.ts';

/** The value of `fenceline.yml`, which the schema has checked. */
interface WrittenConfig {
  readonly postgres?: { readonly version?: number; readonly url?: string; readonly setup?: readonly string[] };
  readonly sync?: {
    readonly schema?: string;
    readonly prefix?: string;
    readonly from_sources?: boolean;
    readonly drift?: Partial<DriftPolicies>;
    readonly mask_secret?: string;
    readonly tables?: { readonly [name: string]: WrittenTable };
  };
  readonly contract: {
    readonly tiers: { readonly [name: string]: { readonly path: string; readonly allow: AllowedState } };
    readonly masks?: { readonly [macro: string]: { readonly yields: MaskConfig['yields']; readonly secret?: string } };
    readonly personal?: {
      readonly tags?: readonly string[];
      readonly meta?: { readonly [key: string]: unknown };
      readonly columns?: string;
      readonly none?: Policy;
    };
    readonly indirect?: { readonly [subtype in IndirectKey]?: Policy };
    readonly undeclared_columns?: Policy;
    readonly verify?: {
      readonly values?: boolean;
      readonly min_group_size?: number;
      readonly rows?: number;
      readonly cells?: number;
    };
    readonly waivers?: readonly WrittenWaiver[];
    readonly approvers?: readonly string[];
  };
  readonly env?: readonly string[];
  readonly limits?: { readonly statement_seconds?: number; readonly sync_seconds?: number };
}
interface WrittenTable {
  readonly from: string;
  readonly to?: string;
  readonly exclude?: readonly string[];
  readonly columns?: readonly string[];
  readonly mode?: 'full' | 'incremental';
  readonly cursor?: string;
  readonly key?: string | readonly string[];
  readonly overlap?: string | number;
  readonly deletes?: boolean;
  readonly where?: string;
  readonly mask?: { readonly [column: string]: ColumnMask };
  readonly type?: ValueRules['type'];
  readonly nan?: ValueRules['nan'];
  readonly on_bad?: ValueRules['onBad'];
}

type IndirectKey = 'filter' | 'join' | 'group_by' | 'sort' | 'window' | 'conditional' | 'equality';

interface WrittenWaiver {
  readonly model: string;
  readonly column: string;
  readonly source: string;
  readonly reason: string;
  readonly until: string;
}

const FILE = 'fenceline.yml';
const validator = createValidator(schema);

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
  readonly settings: BaseSettings;
}

/** Settings of the base's file that hold for the head. */
interface BaseSettings {
  /** Path of the file below the project folder, for messages. */
  readonly displayPath: string;
  readonly document: YamlDocument;
  readonly written: WrittenConfig;
}

/**
 * Reads `fenceline.yml` and fills in every default.
 * @throws {UserError} with every mistake: unknown keys, wrong types, files that are not there
 */
export function loadFencelineConfig({ files, file, base }: LoadOptions): FencelineConfig {
  const path = file ?? resolve(files.directory, FILE);
  const { displayPath, document, written } = readWritten(path, files);
  const effective = effectiveSettings({ document, written, displayPath }, base);
  const folder =
    effective.displayPath === displayPath ? dirname(path) : resolve(files.directory, dirname(effective.displayPath));
  const { postgres, env } = effective.written;
  const mistakes: Mistake[] = [
    ...partialVariable(effective),
    ...(base ? partialVariable({ document, written, displayPath }) : []),
    ...catalogTables(syncConfig(written.sync, document)),
    ...incompleteRules({ document, written, displayPath }),
  ];
  const config: FencelineConfig = {
    file: displayPath,
    postgres: {
      version: postgres?.version,
      url: postgres?.url && { text: postgres.url, location: effective.document.locate(['postgres', 'url']) },
      setup: (postgres?.setup ?? []).map((script, index) =>
        setUpFile(script, index, { folder, project: files.directory }, effective.document, mistakes),
      ),
    },
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
function effectiveSettings(head: BaseSettings, base: LoadOptions['base']): BaseSettings {
  if (base === undefined) return head;
  if (base !== 'unreadable') return base.settings;
  const { url: _, ...postgres } = head.written.postgres ?? {};
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
    sync: syncConfig(undefined, document),
    contract: contractConfig(contract, document),
    env: [],
    limits: limitsConfig(undefined),
    outside: outsideOf({ contract }),
  };
}

/**
 * Reads a `fenceline.yml` of the base.
 * @param displayPath its path in messages
 * @throws {UserError}
 */
export function readBaseConfig(displayPath: string, text: string): BaseConfig {
  const settings = parseWritten(displayPath, text);
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

function outsideOf({ postgres, env = [] }: WrittenConfig): OutsideSettings {
  return { url: postgres?.url, version: postgres?.version, setup: postgres?.setup ?? [], env };
}

function readWritten(path: string, files: ProjectFiles) {
  const displayPath = relative(files.directory, path).replaceAll('\\', '/');
  return {
    ...parseWritten(displayPath.startsWith('..') ? path : displayPath, readConfigFile(path, files)),
    displayPath,
  };
}

function parseWritten(displayPath: string, text: string): BaseSettings {
  const read = readYaml(displayPath, text);
  const document = { ...read, value: withTextDates(read.value) };
  requireValid(validator, document);
  const written = document.value as WrittenConfig;
  const mistakes = (written.contract.waivers ?? []).flatMap((waiver, index) => dayMistakes(waiver, index, document));
  if (mistakes.length > 0) throw new UserError(mistakes);
  return { displayPath, document, written };
}

/**
 * Refuses a variable that is a part of an address: its value could become a host name, and so be sent to a name server.
 */
function partialVariable({ written: { postgres }, document }: BaseSettings): readonly Mistake[] {
  if (postgres?.url === undefined || isWholeUrl(postgres.url)) return [];
  return [
    {
      code: 'partial-url',
      message: 'postgres.url holds a variable beside other text',
      location: document.locate(['postgres', 'url']),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
      fix: 'put the whole address into one variable: url: ${DATABASE_URL}',
    },
  ];
}

/**
 * Refuses to copy Postgres's own catalogs: their statistics hold values of columns that no YAML declares. Every schema
 * `pg_…` belongs to Postgres.
 */
function catalogTables({ tables }: SyncConfig): readonly Mistake[] {
  return tables
    .filter(({ from: { schema } }) => schema === 'information_schema' || schema.startsWith('pg_'))
    .map(({ from: { schema, table }, location }) => ({
      code: 'catalog-source',
      message: `${schema}.${table} is one of Postgres's own catalogs, which hold values of columns that no YAML declares`,
      location,
      fix: 'copy the table that the rows come from',
    }));
}

function dayMistakes({ until }: WrittenWaiver, index: number, document: YamlDocument): readonly Mistake[] {
  const time = Date.parse(`${until}T00:00:00Z`);
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(until)) return [];
  return [
    {
      code: 'no-day',
      message: `the waiver ends on '${until}', which is no day of the calendar`,
      location: document.locate(['contract', 'waivers', index]),
      fix: 'write the last day it counts, as in 2027-03-31',
    },
  ];
}

/** Turns dates back into texts: YAML 1.1 reads `2027-03-31` as a date, and the end of a waiver is a text. */
function withTextDates(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  if (Array.isArray(value)) return value.map(withTextDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTextDates(item)]));
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
  script: string,
  index: number,
  { folder, project }: ScriptFolders,
  document: YamlDocument,
  mistakes: Mistake[],
): string {
  const path = resolve(folder, script);
  const location = document.locate(['postgres', 'setup', index]);
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

function syncConfig(written: WrittenConfig['sync'], document: YamlDocument): SyncConfig {
  const {
    schema,
    prefix = 'raw_',
    from_sources: fromSources = false,
    drift,
    mask_secret: maskSecret,
    tables = {},
  } = written ?? {};
  return {
    fromSources,
    drift: { add: 'warn', drop: 'warn', type: 'warn', ...drift },
    ...(maskSecret !== undefined && { maskSecret }),
    tables: Object.entries(tables).map(
      ([name, { from, to = `${prefix}${name}`, exclude = [], columns, ...written }]) => {
        const [table = '', fromSchema = 'public'] = from.split('.').reverse();
        const [toTable = '', toSchema = schema] = to.split('.').reverse();
        return {
          name,
          from: { schema: fromSchema, table },
          to: { schema: toSchema, table: toTable },
          exclude,
          ...(columns && { columns }),
          ...incrementalRule(written),
          ...(written.where !== undefined && { where: written.where }),
          ...(written.mask && { mask: written.mask }),
          values: { type: written.type ?? {}, nan: written.nan ?? {}, onBad: written.on_bad ?? {} },
          location: document.locate(['sync', 'tables', name], 'key'),
        };
      },
    ),
  };
}

function incrementalRule({ mode, cursor, key = [], overlap, deletes = false }: Omit<WrittenTable, 'from'>) {
  if (mode !== 'incremental' || cursor === undefined) return {};
  const keys = typeof key === 'string' ? [key] : key;
  return {
    incremental: { cursor, key: keys, ...(overlap !== undefined && { overlap: String(overlap) }), deletes },
  };
}

/** Finds tables whose keys for incremental copies are not complete. */
function incompleteRules({ written, document }: BaseSettings): readonly Mistake[] {
  return Object.entries(written.sync?.tables ?? {}).flatMap(([name, { mode, cursor, key, overlap, deletes }]) => {
    const isMeant = [cursor, key, overlap, deletes].some((setting) => setting !== undefined);
    const isComplete = cursor !== undefined && key !== undefined;
    if (mode === 'incremental' ? isComplete : !isMeant) return [];
    return [
      {
        code: 'incremental-keys',
        message:
          mode === 'incremental'
            ? `sync.tables.${name} is incremental, and has no cursor or no key`
            : `sync.tables.${name} has settings of an incremental copy, and is not incremental`,
        location: document.locate(['sync', 'tables', name], 'key'),
        fix: 'write mode: incremental, cursor: and key:, as in {mode: incremental, cursor: updated_at, key: id}',
      },
    ];
  });
}

function limitsConfig(written: WrittenConfig['limits']): LimitsConfig {
  return { statementSeconds: written?.statement_seconds ?? 3600, syncSeconds: written?.sync_seconds ?? 21_600 };
}

function contractConfig(written: WrittenConfig['contract'], document: YamlDocument): ContractConfig {
  const { tiers, masks = {}, personal = {}, indirect = {}, undeclared_columns = 'warn', verify = {} } = written;
  const { waivers = [], approvers = [] } = written;
  return {
    tiers: Object.entries(tiers).map(([name, { path, allow }]) => ({
      name,
      path: path.replace(/^\/+|\/+$/g, ''),
      allow,
      location: document.locate(['contract', 'tiers', name], 'key'),
    })),
    masks: Object.entries(masks).map(([macro, { yields, secret }]) => ({
      macro,
      yields,
      secret,
      location: document.locate(['contract', 'masks', macro], 'key'),
    })),
    personal: {
      tags: personal.tags ?? [],
      meta: personal.meta ?? {},
      columns: personal.columns,
      none: personal.none,
    },
    indirect: {
      filter: indirect.filter ?? 'warn',
      join: indirect.join ?? 'allow',
      groupBy: indirect.group_by ?? 'warn',
      sort: indirect.sort ?? 'allow',
      window: indirect.window ?? 'warn',
      conditional: indirect.conditional ?? 'error',
      equality: indirect.equality ?? 'error',
    },
    undeclaredColumns: undeclared_columns,
    verify: {
      values: verify.values ?? true,
      minGroupSize: verify.min_group_size,
      ...(verify.rows !== undefined && { rows: verify.rows }),
      ...(verify.cells !== undefined && { cells: verify.cells }),
    },
    waivers: waivers.map((waiver, index) => ({ ...waiver, location: document.locate(['contract', 'waivers', index]) })),
    approvers,
  };
}
