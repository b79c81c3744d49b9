import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { validate } from '../../schema/profile-target.schema.json?validator';
import { isInsideFolder } from '../inside-folder.ts';
import type { Location } from '../location.ts';
import { didYouMean } from '../nearest-name.ts';
import { repositoryRoot } from '../repository-root.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { type AttachedDatabase, readAttached } from './attached.ts';
import { isElsewhere } from './is-elsewhere.ts';
import { readYaml, type YamlDocument, type YamlPath } from './read-yaml.ts';
import { createValidator } from './validate.ts';
import { findWarehousePlace, warehouseMoved } from './warehouse-path.ts';

/** The target of a profile, as dbt-duckdb reads it. */
export interface Profile {
  readonly profileName: string;
  /** Name of the target. */
  readonly name: string;
  readonly type: 'duckdb';
  /** Absolute path of the DuckDB file, or `:memory:`. */
  readonly path: string;
  readonly schema: string;
  readonly database: string;
  readonly threads: number;
  /** Databases that are attached beside the warehouse; absent for none. */
  readonly attached?: readonly AttachedDatabase[];
  /** Folder for files of external models without a location (dbt-duckdb: `external_root`). */
  readonly externalRoot: ExternalRoot;
  /** Remarks about the profile; absent for none. */
  readonly remarks?: readonly Mistake[];
}

/** The folder for files of external models, as the profile names it. */
export interface ExternalRoot {
  readonly path: string;
  /**
   * Whether the user who runs Fenceline chose the folder: one environment variable is the whole path, or the profile is
   * outside of the repository. It may then be outside of the project.
   */
  readonly isAllowed: boolean;
}

interface LoadOptions {
  readonly profileName: string | undefined;
  readonly targetName: string | undefined;
  /** Folders that may hold `profiles.yml`; the first that does counts. */
  readonly directories: readonly string[];
  readonly projectDirectory: string;
  /** Renders a text with Jinja, as dbt does. */
  readonly render: (text: string, at: Location) => unknown;
}

interface WrittenTarget {
  readonly path?: string;
  readonly external_root?: string | null;
  readonly schema?: string;
  readonly database?: string;
  readonly threads?: number;
}

type Mapping = { readonly [key: string]: unknown };
const validator = createValidator(validate);

/**
 * Reads the target to build from `profiles.yml`. A project without that file gets `target/warehouse.duckdb`.
 * @throws {UserError} for a profile, target or key that does not exist, or an engine that is not duckdb
 */
export function loadProfile(options: LoadOptions): Profile {
  const { profileName, directories, projectDirectory } = options;
  const directory = directories.find((folder) => existsSync(join(folder, 'profiles.yml')));
  if (directory === undefined || profileName === undefined) {
    const chosen = target(
      { path: 'target/warehouse.duckdb' },
      profileName ?? 'default',
      options.targetName ?? 'default',
      projectDirectory,
    );
    const profileFile = join(projectDirectory, 'dbt_project.yml');
    const location = { file: 'dbt_project.yml', line: 1, column: 1 };
    findWarehousePlace({ path: chosen.path, profileFile, projectDirectory, isOneVariable: false, location });
    return chosen;
  }
  const file = join(directory, 'profiles.yml');
  const below = relative(projectDirectory, file).replaceAll('\\', '/');
  const repeated: Mistake[] = [];
  const note = ({ mistakes }: UserError) => repeated.push(...mistakes);
  const document = readYaml(below.startsWith('..') ? file : below, readFileSync(file, 'utf8'), note);
  const profile = member(document, [], profileName, 'profile', 'correct the profile in dbt_project.yml');
  const rendered = render(profile['target'] ?? 'default', document.locate([profileName, 'target']), options);
  const name = options.targetName ?? String(rendered);
  const outputs = document.locate([profileName, 'outputs']);
  if (!isMapping(profile['outputs'])) {
    throw new UserError({
      code: 'no-target',
      message: `profile '${profileName}' has no outputs`,
      location: outputs,
      fix: "add 'outputs:' with a target of type duckdb",
    });
  }
  const written = member(document, [profileName, 'outputs'], name, 'target', 'choose one with --target');
  if (written['type'] !== 'duckdb') {
    throw new UserError({
      code: 'not-duckdb',
      message: `target '${name}' is of type ${String(written['type'])}; Fenceline builds in DuckDB`,
      location: document.locate([profileName, 'outputs', name, 'type']),
      fix: 'choose a target of type duckdb with --target, or add one',
    });
  }
  const values = Object.fromEntries(
    Object.entries(written).map(([key, value]) => [
      key,
      render(value, document.locate([profileName, 'outputs', name, key]), options),
    ]),
  );
  const unused = requireUsable({
    value: values,
    locate: (path, part) => document.locate([profileName, 'outputs', name, ...path], part),
  });
  if (typeof values['path'] === 'string' && isElsewhere(values['path'])) {
    // The path itself is not shown: it may hold a token.
    throw new UserError({
      code: 'not-a-file',
      message: `the path of target '${name}' is no file: Fenceline builds in a DuckDB file or in memory`,
      location: document.locate([profileName, 'outputs', name, 'path']),
      fix: 'choose another target with --target, or add one whose path is a file',
    });
  }
  const location = document.locate([profileName, 'outputs', name, 'path']);
  const chosen = target(values, profileName, name, projectDirectory);
  const path = findWarehousePlace({
    path: chosen.path,
    profileFile: file,
    projectDirectory,
    isOneVariable: isOneVariable(written['path'], values['path'], location, options),
    location,
  });
  const moved = path === chosen.path ? [] : [warehouseMoved(location, path)];
  const locate = (index: number) => document.locate([profileName, 'outputs', name, 'attach', index]);
  const { attached, remarks } = readAttached({
    written: values['attach'],
    profileFile: file,
    projectDirectory,
    warehouse: path,
    locate,
    isOneVariable(index) {
      const [before, after] = [entryPath(written['attach'], index), entryPath(values['attach'], index)];
      return isOneVariable(before, after, locate(index), options);
    },
  });
  const extensions = unknownExtensions(
    values['extensions'],
    document.locate([profileName, 'outputs', name, 'extensions']),
  );
  const rootLocation = document.locate([profileName, 'outputs', name, 'external_root']);
  const isAllowed =
    !isInsideFolder(file, repositoryRoot(projectDirectory) ?? projectDirectory) ||
    isOneVariable(written['external_root'], values['external_root'], rootLocation, options);
  return {
    ...chosen,
    path,
    externalRoot: { ...chosen.externalRoot, isAllowed },
    ...(attached.length > 0 && { attached }),
    remarks: [...repeated, ...unused, ...moved, ...remarks, ...extensions],
  };
}

/**
 * Remarks about unknown keys, which dbt ignores.
 * @throws {UserError} with every other mistake of the target
 */
function requireUsable(target: Pick<YamlDocument, 'value' | 'locate'>): readonly Mistake[] {
  const invalid = validator.mistakes(target);
  const mistakes = invalid.filter(({ unknownKey }) => unknownKey === undefined);
  if (mistakes.length > 0) throw new UserError(mistakes);
  return invalid.map(({ unknownKey: _, ...remark }) => remark);
}

function entryPath(attach: unknown, index: number): unknown {
  const entry = Array.isArray(attach) ? attach[index] : undefined;
  return isMapping(entry) ? entry['path'] : undefined;
}

/** Extensions that are part of the engine. No other is loaded: they are native code from elsewhere. */
export const BUILT_IN_EXTENSIONS: readonly string[] = ['autocomplete', 'core_functions', 'icu', 'json', 'parquet'];

function unknownExtensions(written: unknown, location: Location): readonly Mistake[] {
  const names = (Array.isArray(written) ? written : []).map((entry) =>
    String(isMapping(entry) ? entry['name'] : entry),
  );
  const others = names.filter((name) => !BUILT_IN_EXTENSIONS.includes(name.toLowerCase()));
  if (others.length === 0) return [];
  return [
    {
      code: 'extension-left-out',
      message: `not loaded: the ${others.length === 1 ? 'extension' : 'extensions'} ${others.join(', ')}, which DuckDB does not have built in. What calls them is unknown.`,
      location,
    },
  ];
}

/**
 * Whether the text is `{{ env_var('NAME') }}` and the variable is set. A default does not count, since it is a part of
 * the profile.
 */
function isOneVariable(written: unknown, rendered: unknown, at: Location, options: LoadOptions): boolean {
  const name = /^\s*\{\{\s*env_var\(\s*(?:'(\w+)'|"(\w+)")[^{}]*\}\}\s*$/.exec(String(written));
  if (!name) return false;
  try {
    return options.render(`{{ env_var('${name[1] ?? name[2]}') }}`, at) === rendered;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** dbt: strings of profiles.yml are templates, also those in lists and mappings. */
function render(value: unknown, at: Location, options: LoadOptions): unknown {
  if (Array.isArray(value)) return value.map((item) => render(item, at, options));
  if (isMapping(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, render(item, at, options)]));
  }
  return typeof value === 'string' && value.includes('{') ? options.render(value, at) : value;
}

function target(written: WrittenTarget, profileName: string, name: string, projectDirectory: string): Profile {
  const path =
    written.path === undefined || written.path === ':memory:' ? ':memory:' : resolve(projectDirectory, written.path);
  return {
    profileName,
    name,
    type: 'duckdb',
    path,
    schema: written.schema ?? 'main',
    // DuckDB names a database after its file.
    database: written.database ?? (path === ':memory:' ? 'memory' : basename(path, extname(path))),
    threads: written.threads ?? 1,
    externalRoot: { path: written.external_root ?? '.', isAllowed: false },
  };
}

/** The mapping of that name at a path of the document. */
function member(document: YamlDocument, path: YamlPath, name: string, kind: string, hint: string): Mapping {
  let within: unknown = document.value;
  for (const step of path) within = isMapping(within) ? within[step] : undefined;
  const found = isMapping(within) ? within[name] : undefined;
  if (isMapping(found)) return found;
  const names = isMapping(within) ? Object.keys(within) : [];
  throw new UserError({
    code: `no-${kind}`,
    message: `there is no ${kind} '${name}'.${didYouMean(name, names)}`,
    location: document.locate(path),
    fix: names.length > 0 ? `${hint}; there are: ${names.join(', ')}` : `add it`,
  });
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
