import type { ProjectFiles } from '../../config/project-files.ts';
import {
  type ColumnProperties,
  type LocatedEntry,
  type NodeProperties,
  type PropertiesFile,
  readProperties,
  type SourceProperties,
  type TestProperties,
} from '../../config/properties.ts';
import type { Context } from '../../jinja/evaluate/render.ts';
import type { Location } from '../../location.ts';
import { quoteIdentifier } from '../identifier.ts';
import { asList, asMapping, type Mapping } from '../mapping.ts';
import type { Column, Columns } from '../node.ts';
import type { TestEntry } from './generic-test.ts';
import { mergeConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import { toMeta } from './node-config.ts';
import { listPackageFiles, type Package, pathInPackage } from './packages.ts';
import { type DeclaredVersion, readVersions } from './read-versions.ts';
import { renderYaml } from './render-yaml.ts';

/** What a YAML file says of a model, seed, snapshot or singular test (dbt: a patch). */
export interface Patch {
  readonly kind: 'model' | 'seed' | 'snapshot' | 'test';
  readonly name: string;
  readonly package: Package;
  /** The YAML file, as its package sees it. */
  readonly originalFilePath: string;
  /** The folders between the model folder and the YAML file. */
  readonly folders: readonly string[];
  readonly description: string;
  readonly columns: Columns;
  readonly config: Mapping;
  readonly tests: readonly TestEntry[];
  readonly version?: DeclaredVersion;
  readonly location: Location;
}

/** A table under `sources:`, with what its source says merged into it. */
export interface SourceTable extends Omit<Patch, 'kind'> {
  readonly sourceName: string;
  readonly schema: string;
  readonly database: string | undefined;
  readonly identifier: string;
  readonly tags: readonly string[];
  readonly meta: Mapping;
}

/** An entry of `exposures:`, as written. */
export interface DeclaredExposure extends LocatedEntry {
  readonly package: Package;
  readonly originalFilePath: string;
  readonly folders: readonly string[];
}

/** A snapshot that YAML declares with the relation it is of. */
export interface DeclaredSnapshot {
  readonly name: string;
  readonly package: Package;
  readonly originalFilePath: string;
  /** Below its folder, the YAML file included. */
  readonly below: string;
  /** `ref('x')` or `source('a', 'b')`. */
  readonly relation: string;
  readonly location: Location;
}

export interface Declarations {
  readonly patches: readonly Patch[];
  readonly exposures: readonly DeclaredExposure[];
  readonly snapshots: readonly DeclaredSnapshot[];
  readonly sources: readonly SourceTable[];
}

/** Everything the YAML files of a package declare; what Fenceline does not support is noted by name. */
export async function readDeclarations(
  files: ProjectFiles,
  source: Package,
  context: Context,
  mistakes: Mistakes,
): Promise<Declarations> {
  const { models, seeds, snapshots, macros, tests, analyses } = source.config.paths;
  const found = listPackageFiles(
    files,
    source,
    [...models, ...seeds, ...snapshots, ...macros, ...tests, ...analyses],
    ['.yml', '.yaml'],
  );
  const patches: Patch[] = [];
  const sources: SourceTable[] = [];
  const exposures: DeclaredExposure[] = [];
  const declaredSnapshots: DeclaredSnapshot[] = [];
  for (const { file, below } of found) {
    await mistakes.during(async () => {
      const properties = readProperties(files, file);
      const reader = { package: source, file, folders: below.split('/').slice(0, -1), context };
      noteUnsupported(properties, mistakes);
      const { models, seeds, snapshots } = properties;
      const tables = properties.sources.flatMap((entry) => entry.tables);
      for (const { columns } of [...models, ...seeds, ...snapshots, ...tables]) noteColumnsTwice(columns, mistakes);
      for (const entry of properties.models) {
        if (entry.versions.length === 0) patches.push(await readPatch('model', entry, reader));
        for (const { version, properties: own } of readVersions(entry)) {
          patches.push({ ...(await readPatch('model', own, reader)), version });
        }
      }
      for (const [kind, entries] of [
        ['seed', properties.seeds],
        ['snapshot', properties.snapshots],
        ['test', properties.dataTests],
      ] as const) {
        for (const entry of entries) patches.push(await readPatch(kind, entry, reader));
      }
      for (const entry of properties.sources) sources.push(...(await readSource(entry, reader)));
      for (const { entry, name, locate } of properties.snapshots) {
        const relation = entry['relation'];
        if (relation === undefined || relation === null) continue;
        const location = locate(['relation']);
        const originalFilePath = pathInPackage(source, file);
        declaredSnapshots.push({
          name,
          package: source,
          originalFilePath,
          below,
          relation: String(relation),
          location,
        });
      }
      for (const entry of properties.exposures) {
        const { folders } = reader;
        exposures.push({ ...entry, package: source, originalFilePath: pathInPackage(source, file), folders });
      }
    });
  }
  return { patches, sources, exposures, snapshots: declaredSnapshots };
}

interface Reader {
  readonly package: Package;
  readonly file: string;
  readonly folders: readonly string[];
  readonly context: Context;
}

async function readPatch(kind: Patch['kind'], properties: NodeProperties, reader: Reader): Promise<Patch> {
  const { entry, name, locate } = properties;
  const at = locate(['name']);
  const meta = entry['meta'] === undefined ? new Map<string, unknown>() : new Map([['meta', entry['meta']]]);
  const config = asMapping(entry['config']) ?? new Map<string, unknown>();
  return {
    kind,
    name,
    package: reader.package,
    originalFilePath: pathInPackage(reader.package, reader.file),
    folders: reader.folders,
    description: String(entry['description'] ?? ''),
    columns: readColumns(properties.columns),
    config: asMapping(await renderYaml(mergeConfig([meta, config]), reader.context, at)) ?? new Map(),
    tests: readTests(properties, []),
    location: at,
  };
}

async function readSource(properties: SourceProperties, reader: Reader): Promise<readonly SourceTable[]> {
  const { entry, name: sourceName } = properties;
  const sourceLayer = labels(entry);
  const tables: SourceTable[] = [];
  for (const table of properties.tables) {
    const patch = await readPatch('model', table, reader);
    const layer = mergeConfig([sourceLayer, labels(table.entry)]);
    const at = patch.location;
    const text = async (value: unknown) => {
      const rendered = await renderYaml(value, reader.context, at);
      return rendered === undefined || rendered === null ? undefined : String(rendered);
    };
    tables.push({
      ...patch,
      config: mergeConfig([
        asMapping(await renderYaml(entry['config'], reader.context, at)) ?? new Map(),
        patch.config,
        layer,
      ]),
      sourceName,
      schema: (await text(entry['schema'])) ?? sourceName,
      database: (await text(entry['database'])) ?? (await text(entry['catalog'])),
      identifier: (await text(table.entry['identifier'])) ?? table.name,
      tags: asList(layer.get('tags')).map(String),
      meta: asMapping(layer.get('meta')) ?? new Map(),
      tests: readTests(table, asList(layer.get('tags')).map(String)),
    });
  }
  return tables;
}

/** Tags and meta of a source, table or column, written at the top or under `config`. */
function labels(entry: NodeProperties['entry']): Mapping {
  const config = asMapping(entry['config']);
  const tags = [...asList(entry['tags']), ...asList(config?.get('tags'))];
  const meta = new Map([...(asMapping(entry['meta']) ?? []), ...(asMapping(config?.get('meta')) ?? [])]);
  return new Map<string, unknown>([
    ['tags', [...new Set(tags.map(String))]],
    ['meta', meta],
  ]);
}

function readColumns(columns: readonly ColumnProperties[]): Columns {
  return new Map(columns.map((column) => [column.name, readColumn(column)]));
}

/** Only one of two would count, and what the other tags would be forgotten. */
function noteColumnsTwice(columns: readonly ColumnProperties[], mistakes: Mistakes): void {
  const seen = new Map<string, Location>();
  for (const { name, locate } of columns) {
    const first = seen.get(name.toLowerCase());
    const location = locate(['name']);
    if (!first) seen.set(name.toLowerCase(), location);
    else {
      mistakes.push({
        code: 'duplicate-column',
        message: `the column '${name}' is described twice: the other is in line ${first.line}.`,
        location,
        fix: 'put both into one entry',
      });
    }
  }
}

function readColumn({ entry, name, locate }: ColumnProperties): Column {
  const layer = labels(entry);
  return {
    name,
    description: String(entry['description'] ?? ''),
    dataType: entry['data_type'] === undefined || entry['data_type'] === null ? undefined : String(entry['data_type']),
    tags: asList(layer.get('tags')).map(String),
    meta: toMeta(layer.get('meta')),
    location: locate(['name']),
  };
}

function readTests({ columns, tests, entry }: NodeProperties, tags: readonly string[]): readonly TestEntry[] {
  const ofColumns = columns.flatMap((column) => {
    const isQuoted = column.entry['quote'] ?? entry['quote_columns'] ?? false;
    const columnName = isQuoted === true ? quoteIdentifier(column.name) : column.name;
    const columnTags = asList(labels(column.entry).get('tags')).map(String);
    return column.tests.map((test) => toEntry(test, columnName, [...tags, ...columnTags]));
  });
  return [...ofColumns, ...tests.map((test) => toEntry(test, undefined, tags))];
}

function toEntry(
  { written, location }: TestProperties,
  columnName: string | undefined,
  tags: readonly string[],
): TestEntry {
  return { written, columnName, tags, location };
}

function noteUnsupported({ unitTests }: PropertiesFile, mistakes: Mistakes): void {
  const refuse = (what: string, location: Location) =>
    mistakes.push({
      code: 'not-supported',
      message: `${what} is not supported by this version of Fenceline.`,
      location,
      fix: 'take it out, or disable it with config: {enabled: false}',
    });
  for (const { entry, locate } of unitTests) {
    if (isEnabled(entry)) refuse(`unit test ${String(entry['name'])}`, locate(['name']));
  }
}

function isEnabled(entry: { readonly [key: string]: unknown }): boolean {
  return asMapping(entry['config'])?.get('enabled') !== false;
}
