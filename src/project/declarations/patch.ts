import type { NodeProperties, TestProperties } from '../../config/properties.ts';
import type { Context } from '../../jinja/evaluate/render.ts';
import type { Location } from '../../location.ts';
import { quoteName } from '../../quote.ts';
import type { TestEntry } from '../generic-tests/generic-test.ts';
import { mergeConfig } from '../load/merge-config.ts';
import { toMeta } from '../load/node-config.ts';
import { type Package, pathInPackage } from '../load/packages.ts';
import { asMapping, type Mapping } from '../mapping.ts';
import type { Columns, Constraint, Meta } from '../node.ts';
import { readColumns } from './declared-columns.ts';
import { readLabels, tagsOf } from './labels.ts';
import { readConstraints } from './read-constraints.ts';
import type { DeclaredVersion } from './read-versions.ts';
import { renderProperties } from './render-properties.ts';
import { renderYaml } from './render-yaml.ts';

/** The properties of a model, seed, snapshot or singular test (dbt: a patch). */
export interface Patch {
  readonly kind: 'model' | 'seed' | 'snapshot' | 'test';
  readonly name: string;
  readonly package: Package;
  /** Path of the properties file below the folder of its package. */
  readonly originalFilePath: string;
  /** The folders between the model folder and the properties file. */
  readonly folders: readonly string[];
  readonly description: string;
  readonly columns: Columns;
  readonly constraints: readonly Constraint[];
  /** Day from which a model is no longer kept, as YAML has it. */
  readonly deprecationDate?: unknown;
  /** dbt: a model with a day in each row, for metrics. */
  readonly timeSpine?: Meta;
  readonly config: Mapping;
  /** The `config` before Jinja. */
  readonly unrenderedConfig: Mapping;
  readonly tests: readonly TestEntry[];
  /** Places of the types in `column_types`, by column. */
  readonly columnTypeLocations: ReadonlyMap<string, Location>;
  readonly version?: DeclaredVersion;
  readonly location: Location;
}

/** A properties file, and the context in which its values are rendered. */
export interface PatchFile {
  readonly package: Package;
  readonly file: string;
  readonly folders: readonly string[];
  readonly context: Context;
}

/** Reads the properties of one entry. @throws {UserError} for a value that cannot be rendered */
export async function readPatch(kind: Patch['kind'], written: NodeProperties, from: PatchFile): Promise<Patch> {
  const properties = await renderProperties(written, from.context);
  const { entry, name, locate } = properties;
  const location = locate(['name']);
  // dbt reads these keys from the top of an entry and from its `config`; `config` overrides the top.
  const top = new Map(['meta', 'access', 'group'].flatMap((key) => (entry[key] == null ? [] : [[key, entry[key]]])));
  const config = asMapping(entry['config']) ?? new Map<string, unknown>();
  return {
    kind,
    name,
    package: from.package,
    originalFilePath: pathInPackage(from.package, from.file),
    folders: from.folders,
    description: String(entry['description'] ?? ''),
    columns: readColumns(properties.columns),
    constraints: readConstraints(properties),
    ...(entry['deprecation_date'] != null && { deprecationDate: entry['deprecation_date'] }),
    ...(entry['time_spine'] != null && { timeSpine: toMeta(entry['time_spine']) }),
    config: asMapping(await renderYaml(mergeConfig([top, config]), from.context, location)) ?? new Map(),
    unrenderedConfig: mergeConfig([top, config]),
    tests: readTests(properties, []),
    columnTypeLocations: new Map(
      [...(asMapping(config.get('column_types'))?.keys() ?? [])].map((column) => [
        column,
        locate(['config', 'column_types', column]),
      ]),
    ),
    location,
  };
}

/**
 * The generic tests of an entry, those of its columns first.
 * @param tags tags that a source and its table have outside of `config`: dbt gives these to each test of the table
 */
export function readTests({ columns, tests, entry }: NodeProperties, tags: readonly string[]): readonly TestEntry[] {
  const ofColumns = columns.flatMap((column) => {
    const isQuoted = column.entry['quote'] ?? entry['quote_columns'] ?? false;
    const columnName = isQuoted === true ? quoteName(column.name) : column.name;
    const columnTags = tagsOf(readLabels(column.entry));
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
