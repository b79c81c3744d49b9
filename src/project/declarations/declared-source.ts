import type { NodeProperties, SourceProperties } from '../../config/properties.ts';
import { mergeConfig } from '../load/merge-config.ts';
import { asList, asMapping, type Mapping } from '../mapping.ts';
import type { Freshness } from '../node.ts';
import { readLabels } from './labels.ts';
import { type Patch, type PatchFile, readPatch, readTests } from './patch.ts';
import { readFreshness } from './read-freshness.ts';
import { renderYaml } from './render-yaml.ts';

/** A table under `sources:`, with the properties of its source merged into it. */
export interface SourceTable extends Omit<Patch, 'kind'> {
  readonly sourceName: string;
  readonly schema: string;
  readonly database: string | undefined;
  readonly identifier: string;
  /** The `quoting` of the table; keys that it lacks come from its source. */
  readonly quoting: Mapping;
  readonly sourceDescription: string;
  readonly loader: string;
  readonly freshness: Freshness | undefined;
}

/** Reads the tables of a source. @throws {UserError} for a value that cannot be rendered */
export async function readSourceTables(source: SourceProperties, from: PatchFile): Promise<readonly SourceTable[]> {
  const tables: SourceTable[] = [];
  for (const table of source.tables) tables.push(await readTable(source, table, from));
  return tables;
}

async function readTable(
  { entry, name: sourceName }: SourceProperties,
  table: NodeProperties,
  from: PatchFile,
): Promise<SourceTable> {
  const patch = await readPatch('model', table, from);
  const rendered = (value: unknown) => renderYaml(value, from.context, patch.location);
  const written = mergeConfig([readLabels(entry), readLabels(table.entry)]);
  const labels: Mapping = asMapping(await rendered(written)) ?? new Map();
  const text = async (value: unknown) => {
    const result = await rendered(value);
    return result === undefined || result === null ? undefined : String(result);
  };
  const config: Mapping = asMapping(await rendered(entry['config'])) ?? new Map();
  const name = (await text(table.name)) ?? table.name;
  return {
    ...patch,
    name,
    config: mergeConfig([config, patch.config, labels]),
    sourceName,
    sourceDescription: String(entry['description'] ?? ''),
    loader: (await text(entry['loader'])) ?? '',
    schema: (await text(entry['schema'])) ?? sourceName,
    database: (await text(entry['database'])) ?? (await text(entry['catalog'])),
    identifier: (await text(table.entry['identifier'])) ?? name,
    freshness: readFreshness(await levelsOf(entry, table.entry, rendered)),
    quoting: new Map([entry, table.entry].flatMap(({ quoting }) => [...(asMapping(quoting) ?? [])])),
    tests: readTests(table, [entry['tags'], table.entry['tags']].flatMap(asList).map(String)),
  };
}

const FRESHNESS_KEYS = ['freshness', 'loaded_at_field', 'loaded_at_query'];

/** The levels that may set freshness, in order: a source and its `config`, then its table and that `config`. */
async function levelsOf(
  source: NodeProperties['entry'],
  table: NodeProperties['entry'],
  render: (value: unknown) => Promise<unknown>,
): Promise<readonly Mapping[]> {
  const written = [source, table].flatMap((entry) => [asMapping(entry), asMapping(entry['config'])]);
  const levels: Mapping[] = [];
  for (const level of written) {
    const keys = FRESHNESS_KEYS.filter((key) => level?.has(key));
    const entries: [string, unknown][] = [];
    for (const key of keys) entries.push([key, await render(level?.get(key))]);
    levels.push(new Map(entries));
  }
  return levels;
}
