import { posix, win32 } from 'node:path';
import { validate } from '../../schema/dbt-project.schema.json?validator';
import type { Location } from '../location.ts';
import { type Mistake, UserError } from '../user-error.ts';
import type { ProjectFiles } from './project-files.ts';
import { readYaml, type YamlDocument, type YamlPath } from './read-yaml.ts';
import { createValidator, requireValid } from './validate.ts';

/** The configuration of each kind of resource in dbt_project.yml, as a tree of packages and folders. */
export interface KindTrees {
  readonly models: unknown;
  readonly seeds: unknown;
  readonly snapshots: unknown;
  readonly dataTests: unknown;
  readonly sources: unknown;
  readonly exposures: unknown;
  readonly unitTests: unknown;
}

/** The content of a valid `dbt_project.yml`, with dbt's defaults for paths. Configuration trees are as written. */
export interface DbtProject {
  /** Path of the file below the project folder; a package has its own. */
  readonly file: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly profile: string | undefined;
  /** Folders of each kind of file, below the folder of `dbt_project.yml`. */
  readonly paths: {
    readonly models: readonly string[];
    readonly seeds: readonly string[];
    readonly tests: readonly string[];
    readonly macros: readonly string[];
    readonly snapshots: readonly string[];
    readonly analyses: readonly string[];
    readonly docs: readonly string[];
    readonly packages: string;
  };
  readonly vars: unknown;
  readonly configs: KindTrees;
  readonly onRunStart: readonly string[];
  readonly onRunEnd: readonly string[];
  /** Folders that `clean` removes. */
  readonly cleanTargets: readonly string[];
  readonly dispatch: readonly { readonly macro_namespace: string; readonly search_order: readonly string[] }[];
  readonly flags: { readonly [name: string]: unknown };
  readonly quoting: { readonly [part: string]: unknown };
  /** `require-dbt-version`, one specifier an entry: `>=1.8.0`. */
  readonly requiredVersions: readonly string[];
  /** Whether other packages may ref public models only. */
  readonly restrictsAccess: boolean;
  locate(path: YamlPath, part?: 'key' | 'value'): Location;
  /** Warnings about keys with an old name, which are no errors in dbt either. */
  readonly remarks: readonly Mistake[];
}

interface WrittenProject {
  readonly [key: string]: unknown;
  readonly name: string;
  readonly version?: string | number | null;
  readonly profile?: string | null;
  readonly dispatch?: DbtProject['dispatch'] | null;
  readonly flags?: DbtProject['flags'] | null;
  readonly quoting?: DbtProject['quoting'] | null;
}

const validator = createValidator(validate);

/** Keys of folders whose files become part of the project. */
const FOLDER_KEYS = [
  'model-paths',
  'seed-paths',
  'test-paths',
  'macro-paths',
  'snapshot-paths',
  'analysis-paths',
  'docs-paths',
  'packages-install-path',
];

/**
 * Reads `dbt_project.yml` of the project, or of a package in `folder`.
 * @throws {UserError} with every mistake
 */
export function readDbtProject(files: ProjectFiles, folder = ''): DbtProject {
  const file = folder === '' ? 'dbt_project.yml' : `${folder}/dbt_project.yml`;
  const repeated: Mistake[] = [];
  const document = readYaml(file, files.read(file), ({ mistakes }) => repeated.push(...mistakes));
  requireKeptMarks(document, repeated);
  const { renamed, remarks } = renameKeys(document);
  requireValid(validator, renamed);
  requireOwnFolders(renamed);
  const written = renamed.value as WrittenProject;
  const paths = (key: string, ...defaults: string[]) =>
    (written[key] as readonly string[] | null | undefined) ?? defaults;
  const list = (key: string) => [written[key] ?? []].flat().map(String);
  return {
    file,
    name: written.name,
    version: written.version == null ? undefined : String(written.version),
    profile: written.profile ?? undefined,
    paths: {
      models: paths('model-paths', 'models'),
      seeds: paths('seed-paths', 'seeds'),
      tests: paths('test-paths', 'tests'),
      macros: paths('macro-paths', 'macros'),
      snapshots: paths('snapshot-paths', 'snapshots'),
      analyses: paths('analysis-paths', 'analyses'),
      docs: paths('docs-paths'),
      packages: String(written['packages-install-path'] ?? 'dbt_packages'),
    },
    vars: written['vars'],
    configs: {
      models: written['models'],
      seeds: written['seeds'],
      snapshots: written['snapshots'],
      // dbt: `data_tests:` is the new name of `tests:`.
      dataTests: written['data_tests'] ?? written['tests'],
      sources: written['sources'],
      exposures: written['exposures'],
      unitTests: written['unit_tests'],
    },
    onRunStart: list('on-run-start'),
    onRunEnd: list('on-run-end'),
    cleanTargets: paths('clean-targets', 'target').map(String),
    dispatch: written.dispatch ?? [],
    flags: written.flags ?? {},
    quoting: written.quoting ?? {},
    requiredVersions: list('require-dbt-version').flatMap((versions) => versions.split(',')),
    restrictsAccess: written['restrict-access'] === true,
    locate: renamed.locate,
    remarks: [...repeated, ...remarks],
  };
}

/**
 * Checks that no tags or meta are lost with the earlier values of a repeated key, since they may mark something as personal.
 * Without them only the last value counts, as in dbt.
 * @throws {UserError} with the repeated keys
 */
function requireKeptMarks({ value, overwritten }: YamlDocument, repeated: readonly Mistake[]): void {
  const kept = labelsIn(value, '');
  const isLost = overwritten.some((other) => [...labelsIn(other.value, '')].some((label) => !kept.has(label)));
  if (isLost) throw new UserError(repeated);
}

/** The tags and meta in a document, each as one text with its path and value. */
function labelsIn(value: unknown, path: string): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(
    Object.entries(value).flatMap(([key, item]) =>
      /^\+?(?:tags|meta)$/.test(key)
        ? [`${path}/${key} ${JSON.stringify(item)}`]
        : [...labelsIn(item, `${path}/${key}`)],
    ),
  );
}

/** The keys of dbt before 1.0, and what they are called now. */
const OLD_KEYS = new Map([
  ['source-paths', 'model-paths'],
  ['data-paths', 'seed-paths'],
]);

/** Renames the old keys of a document, and warns of each (dbt: ConfigSourcePathDeprecation). */
function renameKeys({ value, locate }: Pick<YamlDocument, 'value' | 'locate'>) {
  const written = Object.entries(value !== null && typeof value === 'object' ? value : {});
  const names = new Map(written.map(([key]) => [OLD_KEYS.get(key) ?? key, key]));
  // If both names of a key are in the document, the old one stays, and is refused as an unknown key.
  if (names.size < written.length || names.size === 0) return { renamed: { value, locate }, remarks: [] };
  const remarks = written.flatMap(([key]): readonly Mistake[] => {
    const name = OLD_KEYS.get(key);
    if (name === undefined) return [];
    return [
      {
        code: 'old-key',
        message: `'${key}' is the old name of the key ${name}`,
        location: locate([key], 'key'),
        fix: `write ${name}`,
      },
    ];
  });
  const place = ([first = '', ...rest]: YamlPath): YamlPath => [names.get(String(first)) ?? first, ...rest];
  return {
    renamed: {
      value: Object.fromEntries(written.map(([key, item]) => [OLD_KEYS.get(key) ?? key, item])),
      locate: (path: YamlPath, part?: 'key' | 'value') => locate(path.length === 0 ? path : place(path), part),
    },
    remarks,
  };
}

/** @throws {UserError} for each folder outside of the folder of `dbt_project.yml` */
function requireOwnFolders({ value, locate }: Pick<YamlDocument, 'value' | 'locate'>): void {
  const written = new Map(Object.entries(value ?? {}));
  const mistakes = FOLDER_KEYS.flatMap((key) =>
    [written.get(key) ?? []].flat().flatMap((folder) => {
      const path = posix.normalize(String(folder).replaceAll('\\', '/'));
      if (path !== '..' && !path.startsWith('../') && !posix.isAbsolute(path) && !win32.isAbsolute(path)) return [];
      return [
        {
          code: 'folder-outside',
          message: `${key} names '${String(folder)}', which is not in the project folder`,
          location: locate([key]),
          fix: `write a folder below that of dbt_project.yml into ${key}`,
        },
      ];
    }),
  );
  if (mistakes.length > 0) throw new UserError(mistakes);
}
