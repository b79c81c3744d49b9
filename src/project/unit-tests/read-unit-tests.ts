// A library, since quotes and line ends of CSV are hard to get right; csv-parse has no dependencies and is well kept.
import { parse } from 'csv-parse/sync';
import type { ProjectFiles } from '../../config/project-files.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import { UserError } from '../../user-error.ts';
import type { DeclaredEntry } from '../declarations/declarations.ts';
import { renderYaml } from '../declarations/render-yaml.ts';
import type { Loading } from '../load/load-node.ts';
import { folderLayers, mergeConfig } from '../load/merge-config.ts';
import { toMeta } from '../load/node-config.ts';
import { listPackageFiles, type Package } from '../load/packages.ts';
import { type Captured, captureTemplate } from '../load/parse-node.ts';
import { asList, asMapping, type Mapping } from '../mapping.ts';
import type { FixtureRows, UnitTest, UnitTestCall, UnitTestInput, UnitTestOverrides } from '../node.ts';

/** A unit test as a properties file declares it. The model that it names is not resolved yet. */
export interface UnitTestDraft
  extends Omit<UnitTest, 'resourceType' | 'uniqueId' | 'version' | 'schema' | 'dependsOn' | 'given'> {
  readonly given: readonly DraftInput[];
  /** Versions of the model that are tested; absent: all. */
  readonly versions: { readonly kind: 'include' | 'exclude'; readonly of: readonly string[] } | undefined;
  readonly modelLocation: Location;
}

/** An input of a unit test. Without rows it has those of a seed. */
export type DraftInput = Omit<UnitTestInput, 'rows'> & { readonly rows: FixtureRows | undefined };

/** Reads the enabled unit tests of a package, with their fixture files (dbt: UnitTestParser). */
export async function readUnitTests(
  declared: readonly DeclaredEntry[],
  files: ProjectFiles,
  loading: Loading,
): Promise<readonly UnitTestDraft[]> {
  const drafts = await Promise.all(
    declared.map((entry) => loading.mistakes.during(() => readUnitTest(entry, files, loading))),
  );
  return drafts.filter((draft) => draft !== undefined);
}

async function readUnitTest(
  declared: DeclaredEntry,
  files: ProjectFiles,
  loading: Loading,
): Promise<UnitTestDraft | undefined> {
  const { locate, folders, originalFilePath, package: source } = declared;
  const location = locate(['name']);
  const entry = asMapping(await renderYaml(new Map(Object.entries(declared.entry)), loading.context, location));
  const name = textOf(entry?.get('name'), 'a unit test has no name.', location, 'give it a name: name: adds_up');
  const model = textOf(
    entry?.get('model'),
    `the unit test ${name} names no model.`,
    location,
    'name the model that it tests: model: orders',
  );
  const requireKnown = (mapping: Mapping | undefined, keys: readonly string[], at: Location) =>
    requireKeys(mapping ?? new Map(), keys, { unitTest: name, location: at });
  requireKnown(entry, KEYS, location);
  requireKnown(asMapping(entry?.get('overrides')), ['macros', 'vars', 'env_vars'], locate(['overrides'], 'key'));
  requireKnown(asMapping(entry?.get('versions')), ['include', 'exclude'], locate(['versions'], 'key'));
  requireKnown(asMapping(entry?.get('expect')), ROWS_KEYS, locate(['expect'], 'key'));
  const fqn = [source.name, ...folders, model, name];
  const { own, root } = loading.configs;
  const config = mergeConfig([
    ...folderLayers(own.unitTests, fqn),
    asMapping(entry?.get('config')) ?? new Map(),
    ...(root ? folderLayers(root.unitTests, fqn) : []),
  ]);
  if (config.get('enabled') === false) return undefined;
  const fixtures = { files, package: source, unitTest: name };
  const expect = asMapping(entry?.get('expect')) ?? new Map();
  const given: DraftInput[] = [];
  for (const [index, input] of asList(entry?.get('given')).entries()) {
    const at = locate(['given', index]);
    requireKnown(asMapping(input), ['input', ...ROWS_KEYS], at);
    given.push(await readInput(asMapping(input) ?? new Map(), at, fixtures, loading));
  }
  const expected = readRows(expect, locate(['expect'], 'key'), fixtures);
  if (!expected) {
    throw new UserError({
      code: 'bad-unit-test',
      message: `the unit test ${name} expects no rows.`,
      location: locate(['expect'], 'key'),
      fix: 'write expect: {rows: []} for a query without rows',
    });
  }
  return {
    name,
    packageName: source.name,
    path: [...folders, originalFilePath.slice(originalFilePath.lastIndexOf('/') + 1)].join('/'),
    originalFilePath,
    fqn,
    description: String(entry?.get('description') ?? ''),
    tags: [...new Set(asList(config.get('tags')).map(String))],
    meta: toMeta(config.get('meta')),
    model,
    versions: readVersions(asMapping(entry?.get('versions'))),
    given,
    expected,
    overrides: readOverrides(asMapping(entry?.get('overrides'))),
    location,
    modelLocation: locate(['model']),
  };
}

const KEYS = ['name', 'model', 'description', 'given', 'expect', 'overrides', 'versions', 'config'];
const ROWS_KEYS = ['rows', 'format', 'fixture'];

/** @throws {UserError} for a key that dbt does not know there */
function requireKeys(
  mapping: Mapping,
  keys: readonly string[],
  { unitTest, location }: { readonly unitTest: string; readonly location: Location },
): void {
  const unknown = [...mapping.keys()].find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  throw new UserError({
    code: 'bad-unit-test',
    message: `the unit test ${unitTest} has the unknown key '${unknown}'.${didYouMean(unknown, keys)}`,
    location,
    fix: `write one of ${keys.join(', ')}`,
  });
}

async function readInput(
  input: Mapping,
  location: Location,
  fixtures: Fixtures,
  { workspace }: Loading,
): Promise<DraftInput> {
  const { unitTest, package: source } = fixtures;
  const fix = "write input: ref('orders')";
  const name = textOf(input.get('input'), `an input of the unit test ${unitTest} has no name.`, location, fix);
  const written = name.trim();
  const rows = readRows(input, location, fixtures);
  if (written === 'this') return { written, call: { kind: 'this' }, rows, location };
  const template = parseTemplate({ file: location.file, text: `{{ ${written} }}`, firstLine: location.line });
  const model = { unique_id: unitTest, name: unitTest, resource_type: 'unit_test' };
  const parsed = { uniqueId: unitTest, packageName: source.name, name: unitTest, model };
  const { refs, sources } = await captureTemplate(template, parsed, workspace).catch((): Partial<Captured> => ({}));
  const [ref] = refs ?? [];
  const [table] = sources ?? [];
  const call: UnitTestCall | undefined = ref
    ? { kind: 'ref', ref: { ...ref, location } }
    : table && { kind: 'source', source: { ...table, location } };
  return { written, call, rows, location };
}

function textOf(value: unknown, message: string, location: Location, fix: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError({ code: 'bad-unit-test', message, location, fix });
}

function readVersions(written: Mapping | undefined): UnitTestDraft['versions'] {
  const list = (key: string) => asList(written?.get(key)).map(String);
  if (list('exclude').length > 0) return { kind: 'exclude', of: list('exclude') };
  return list('include').length > 0 ? { kind: 'include', of: list('include') } : undefined;
}

function readOverrides(written: Mapping | undefined): UnitTestOverrides {
  const mapping = (key: string) => asMapping(written?.get(key)) ?? new Map<string, unknown>();
  return {
    macros: mapping('macros'),
    vars: mapping('vars'),
    environment: new Map([...mapping('env_vars')].map(([name, value]) => [name, String(value)])),
  };
}

interface Fixtures {
  readonly files: ProjectFiles;
  readonly package: Package;
  /** Name of the unit test, for messages. */
  readonly unitTest: string;
}

/** The rows of an input or of the expectation; `undefined` where none are written. */
function readRows(written: Mapping, location: Location, fixtures: Fixtures): FixtureRows | undefined {
  const format = String(written.get('format') ?? 'dict');
  const rows = written.get('rows');
  const fixture = written.get('fixture');
  const bad = (reason: string, fix: string) => {
    const message = `the unit test ${fixtures.unitTest} ${reason}.`;
    return new UserError({ code: 'bad-unit-test', message, location, fix });
  };
  switch (format) {
    case 'dict': {
      if (rows === undefined || rows === null) return undefined;
      const mappings = Array.isArray(rows) ? rows.map(asMapping) : [undefined];
      if (!mappings.every((row) => row !== undefined)) {
        throw bad('has rows that are no list of mappings', 'write rows: [{id: 1, name: x}], or name their format');
      }
      return { kind: 'values', rows: completeFirst(mappings) };
    }
    case 'csv': {
      const text = typeof fixture === 'string' ? readFixture(fixture, 'csv', location, fixtures) : rows;
      if (typeof text !== 'string') {
        throw bad('has rows in the format csv that are no text', 'write the lines of the file below rows: |');
      }
      return { kind: 'values', rows: completeFirst(emptyAsNull(readCsv(text))) };
    }
    case 'sql': {
      const text = typeof fixture === 'string' ? readFixture(fixture, 'sql', location, fixtures) : rows;
      if (typeof text !== 'string')
        throw bad('has rows in the format sql that are no text', 'write a query below rows: |');
      return { kind: 'sql', text };
    }
    default:
      throw bad(`has the unknown format '${format}'`, 'write dict, csv or sql');
  }
}

/** Reads a file of `tests/fixtures/`, which fixtures name without its ending. */
function readFixture(
  name: string,
  format: 'csv' | 'sql',
  location: Location,
  { files, package: source, unitTest }: Fixtures,
): string {
  const folders = source.config.paths.tests.map((path) => `${path}/fixtures`);
  const found = listPackageFiles(files, source, folders, [`.${format}`]);
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1, -`.${format}`.length);
  const file = found.find(({ below }) => nameOf(below) === name);
  if (file) return files.read(file.file);
  throw new UserError({
    code: 'missing-fixture',
    message: `the unit test ${unitTest} names the fixture '${name}', which is not there.${didYouMean(
      name,
      found.map(({ below }) => nameOf(below)),
    )}`,
    location,
    fix: `write it to ${folders[0] ?? 'tests/fixtures'}/${name}.${format}`,
  });
}

/** The rows of a CSV text. A cell that a line lacks is null (Python: csv.DictReader). */
export function readCsv(text: string): readonly ReadonlyMap<string, string | null>[] {
  const options = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  const [header = [], ...records] = parse(text, options);
  return records.map((record) => new Map(header.map((name, index) => [name, record[index] ?? null])));
}

function emptyAsNull(rows: ReturnType<typeof readCsv>): readonly Mapping[] {
  return rows.map((row) => new Map([...row].map(([name, cell]) => [name, cell === '' ? null : cell])));
}

/** Puts the first row without a null in front: the columns of the first row are those that are compared (dbt). */
function completeFirst(rows: readonly Mapping[]): readonly Mapping[] {
  const index = rows.findIndex((row) => [...row.values()].every((value) => value !== null));
  const [first, complete] = [rows[0], rows[index]];
  if (!first || !complete || index === 0) return rows;
  return rows.map((row, at) => (at === 0 ? complete : at === index ? first : row));
}
