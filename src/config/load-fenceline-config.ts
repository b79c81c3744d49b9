import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import schema from '../../schema/fenceline.schema.json' with { type: 'json' };
import { didYouMean } from '../nearest-name.ts';
import { type Mistake, UserError } from '../user-error.ts';
import type {
  AllowedState,
  ContractConfig,
  FencelineConfig,
  MaskConfig,
  Policy,
  SyncConfig,
} from './fenceline-config.ts';
import type { ProjectFiles } from './project-files.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';
import { createValidator, requireValid } from './validate.ts';

/** `fenceline.yml` as the schema has checked it. */
interface WrittenConfig {
  readonly postgres?: { readonly version?: number; readonly url?: string; readonly setup?: readonly string[] };
  readonly sync: {
    readonly schema?: string;
    readonly prefix?: string;
    readonly tables: { readonly [name: string]: { readonly from: string; readonly exclude?: readonly string[] } };
  };
  readonly contract: {
    readonly tiers: { readonly [name: string]: { readonly path: string; readonly allow: AllowedState } };
    readonly masks?: { readonly [macro: string]: { readonly yields: MaskConfig['yields']; readonly secret?: string } };
    readonly indirect?: { readonly [subtype in IndirectKey]?: Policy };
    readonly undeclared_columns?: Policy;
    readonly verify?: { readonly values?: boolean; readonly min_group_size?: number };
    readonly waivers?: readonly WrittenWaiver[];
  };
  readonly env?: readonly string[];
}
type IndirectKey = 'filter' | 'join' | 'group_by' | 'sort' | 'window' | 'conditional';

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
  /** Absolute path of another file. */
  readonly file?: string;
  readonly environment: { readonly [name: string]: string | undefined };
}

/**
 * Reads `fenceline.yml` and fills in every default.
 * @throws {UserError} with every mistake: unknown keys, wrong types, variables that are not set, files that are not there
 */
export function loadFencelineConfig({ files, file, environment }: LoadOptions): FencelineConfig {
  const path = file ?? resolve(files.directory, FILE);
  const shown = relative(files.directory, path).replaceAll('\\', '/');
  const document = readYaml(shown.startsWith('..') ? path : shown, readConfigFile(path, files));
  requireValid(validator, document);
  const written = document.value as WrittenConfig;
  const mistakes: Mistake[] = [];
  const config: FencelineConfig = {
    file: shown,
    postgres: {
      version: written.postgres?.version,
      url: written.postgres?.url && fillVariables(written.postgres.url, environment, document, mistakes),
      setup: (written.postgres?.setup ?? []).map((script, index) =>
        existing(script, index, dirname(path), document, mistakes),
      ),
    },
    sync: syncConfig(written.sync, document),
    contract: contractConfig(written.contract, document),
    env: written.env ?? [],
  };
  if (mistakes.length > 0) throw new UserError(mistakes);
  return config;
}

function readConfigFile(path: string, files: ProjectFiles): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const candidates = files.list('.', ['.yml', '.yaml']).map((name) => basename(name));
    const mistake = {
      code: 'no-config',
      message: `there is no ${isAbsolute(path) && dirname(path) === files.directory ? basename(path) : path} beside dbt_project.yml.${didYouMean(basename(path), candidates)}`,
      fix: 'write one: the README shows what it holds; or name another file with --config',
    };
    throw new UserError(mistake, { cause });
  }
}

/** `${NAME}` becomes the variable's value: secrets stay out of files. */
function fillVariables(
  text: string,
  environment: LoadOptions['environment'],
  document: YamlDocument,
  mistakes: Mistake[],
): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = environment[name];
    if (value === undefined || value === '') {
      mistakes.push({
        code: 'missing-variable',
        message: `the environment variable ${name} is not set`,
        location: document.locate(['postgres', 'url']),
        fix: `set ${name}, or remove 'url' to use a throwaway Postgres`,
      });
    }
    return value ?? '';
  });
}

function existing(script: string, index: number, folder: string, document: YamlDocument, mistakes: Mistake[]): string {
  const path = resolve(folder, script);
  if (!existsSync(path)) {
    mistakes.push({
      code: 'file-not-found',
      message: `there is no file ${script}`,
      location: document.locate(['postgres', 'setup', index]),
      fix: 'write its path below the folder of fenceline.yml',
    });
  }
  return path;
}

function syncConfig(written: WrittenConfig['sync'], document: YamlDocument): SyncConfig {
  return {
    schema: written.schema ?? 'main',
    prefix: written.prefix ?? 'raw_',
    tables: Object.entries(written.tables).map(([name, { from, exclude = [] }]) => {
      const [table = '', schema = 'public'] = from.split('.').reverse();
      return { name, from: { schema, table }, exclude, location: document.locate(['sync', 'tables', name], 'key') };
    }),
  };
}

function contractConfig(written: WrittenConfig['contract'], document: YamlDocument): ContractConfig {
  const { tiers, masks = {}, indirect = {}, undeclared_columns = 'error', verify = {}, waivers = [] } = written;
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
    indirect: {
      filter: indirect.filter ?? 'warn',
      join: indirect.join ?? 'allow',
      groupBy: indirect.group_by ?? 'warn',
      sort: indirect.sort ?? 'allow',
      window: indirect.window ?? 'warn',
      conditional: indirect.conditional ?? 'error',
    },
    undeclaredColumns: undeclared_columns,
    verify: { values: verify.values ?? true, minGroupSize: verify.min_group_size },
    waivers: waivers.map((waiver, index) => ({ ...waiver, location: document.locate(['contract', 'waivers', index]) })),
  };
}
