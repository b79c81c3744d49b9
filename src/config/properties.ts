import { validate } from '../../schema/properties.schema.json?validator';
import type { Location } from '../location.ts';
import { type Mistake, UserError } from '../user-error.ts';
import type { ProjectFiles } from './project-files.ts';
import { readYaml, type YamlDocument, type YamlPath } from './read-yaml.ts';
import { createValidator, type Invalid } from './validate.ts';

/** A properties file: YAML beside models, seeds, tests or macros. Keys are dbt's; a list that YAML leaves out is empty. */
export interface PropertiesFile {
  readonly file: string;
  readonly models: readonly ModelProperties[];
  readonly seeds: readonly NodeProperties[];
  readonly snapshots: readonly NodeProperties[];
  readonly analyses: readonly NodeProperties[];
  readonly sources: readonly SourceProperties[];
  readonly macros: readonly NodeProperties[];
  /** Properties of singular tests. */
  readonly dataTests: readonly NodeProperties[];
  readonly unitTests: readonly LocatedEntry[];
  readonly exposures: readonly LocatedEntry[];
  /**
   * Other readings of the same file, each with an earlier value of a repeated key. dbt uses the last value alone, but a
   * mark of personal data in any of them counts.
   */
  readonly overwritten: readonly PropertiesFile[];
}

/** An entry as written, with the places of what is in it. */
export interface LocatedEntry {
  readonly entry: { readonly [key: string]: unknown };
  locate(path: YamlPath, part?: 'key' | 'value'): Location;
}

export interface NodeProperties extends LocatedEntry {
  readonly name: string;
  readonly columns: readonly ColumnProperties[];
  readonly tests: readonly TestProperties[];
}

export interface ModelProperties extends NodeProperties {
  /** Empty for a model without versions. */
  readonly versions: readonly VersionProperties[];
}

/** One entry of `versions:`. */
export interface VersionProperties extends LocatedEntry {
  readonly columns: readonly ColumnProperties[];
  /**
   * The entry of its columns with `include:`, which lists the columns that it takes over from the model; at most one.
   */
  readonly taken: readonly LocatedEntry[];
  /** `undefined` where the version has the tests of the model. */
  readonly tests: readonly TestProperties[] | undefined;
}

export interface ColumnProperties extends LocatedEntry {
  readonly name: string;
  readonly tests: readonly TestProperties[];
}

/** A data test: `unique`, or a mapping with its name and arguments. */
export interface TestProperties {
  readonly written: string | { readonly [key: string]: unknown };
  readonly location: Location;
}

export interface SourceProperties extends LocatedEntry {
  readonly name: string;
  readonly tables: readonly NodeProperties[];
}

type Entry = { readonly [key: string]: unknown };
type Locate = LocatedEntry['locate'];
const validator = createValidator(validate);

/**
 * Reads and checks a properties file.
 * @param remark receives what dbt only warns of: unknown keys, and repeated keys, of which the last counts
 * @throws {UserError} with every mistake of the file
 */
export function readProperties(files: ProjectFiles, path: string, remark: (mistake: Mistake) => void): PropertiesFile {
  const document = readYaml(path, files.read(path), ({ mistakes }) => {
    for (const mistake of mistakes)
      remark({ ...mistake, fix: 'keep one of them: the last counts, as in dbt; marks hold of both' });
  });
  const overwritten = document.overwritten.map((other) => readDocument(path, other, remark));
  return { ...readDocument(path, document, remark), overwritten };
}

function readDocument(path: string, document: YamlDocument, remark: (mistake: Mistake) => void): PropertiesFile {
  requireUsable(document, remark);
  const top = (document.value ?? {}) as Entry;
  const entries = (key: string) => located(top, key, document.locate);
  return {
    file: path,
    models: entries('models').map(model),
    seeds: entries('seeds').map(node),
    snapshots: entries('snapshots').map(node),
    analyses: entries('analyses').map(node),
    sources: entries('sources').map((entry) => ({
      ...entry,
      name: String(entry.entry['name']),
      tables: located(entry.entry, 'tables', entry.locate).map(node),
    })),
    macros: entries('macros').map(node),
    dataTests: [...entries('data_tests'), ...entries('tests')].map(node),
    unitTests: entries('unit_tests'),
    exposures: entries('exposures'),
    overwritten: [],
  };
}

/**
 * Passes unknown keys that do no harm to `remark`.
 * @throws {UserError} with every other mistake, also with an unknown key that may be a misspelt mark of personal data
 */
function requireUsable(document: YamlDocument, remark: (mistake: Mistake) => void): void {
  const invalid = validator.mistakes(document);
  const isHarmless = (key: Invalid['unknownKey']) =>
    key !== undefined && !MARKS.test(key.name) && !MARKING.has(key.meant ?? '');
  for (const { unknownKey, ...mistake } of invalid) if (isHarmless(unknownKey)) remark(mistake);
  const mistakes = invalid.filter(({ unknownKey }) => !isHarmless(unknownKey));
  if (mistakes.length > 0) throw new UserError(mistakes);
}

/** Keys that mark personal data, or lead to such a mark: if one is misspelt, the mark is lost. */
const MARKING = new Set([
  'tags',
  'meta',
  'config',
  'columns',
  'tables',
  'name',
  'models',
  'seeds',
  'snapshots',
  'sources',
  'versions',
  'depends_on',
]);

/**
 * Unknown keys that look like a mark of personal data. dbt reads such keys only inside `meta`; `paths` has a meaning for
 * a column of a source alone.
 */
const MARKS = /pii|personal|sensitiv|gdpr|classification|masking|^paths$/i;

function located(parent: Entry, key: string, locate: Locate): readonly LocatedEntry[] {
  return ((parent[key] ?? []) as readonly Entry[]).map((entry, index) => ({
    entry,
    locate: (path, part) => locate([key, index, ...path], part),
  }));
}

function model(entry: LocatedEntry): ModelProperties {
  return { ...node(entry), versions: located(entry.entry, 'versions', entry.locate).map(version) };
}

function version(entry: LocatedEntry): VersionProperties {
  const columns = located(entry.entry, 'columns', entry.locate);
  const isTaken = ({ entry: { include } }: LocatedEntry) => include !== undefined;
  return {
    ...entry,
    columns: columns.filter((column) => !isTaken(column)).map(column),
    taken: columns.filter(isTaken),
    tests: (entry.entry['data_tests'] ?? entry.entry['tests']) == null ? undefined : tests(entry),
  };
}

function node(entry: LocatedEntry): NodeProperties {
  return {
    ...entry,
    name: String(entry.entry['name']),
    columns: located(entry.entry, 'columns', entry.locate).map(column),
    tests: tests(entry),
  };
}

function column(entry: LocatedEntry): ColumnProperties {
  return { ...entry, name: String(entry.entry['name']), tests: tests(entry) };
}

/** dbt: `data_tests:` is the new name of `tests:`. */
function tests({ entry, locate }: LocatedEntry): readonly TestProperties[] {
  return ['tests', 'data_tests'].flatMap((key) =>
    ((entry[key] ?? []) as readonly TestProperties['written'][]).map((written, index) => ({
      written,
      location: locate([key, index]),
    })),
  );
}
