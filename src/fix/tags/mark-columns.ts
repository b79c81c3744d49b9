import { readYaml, type YamlDocument, type YamlPath } from '../../config/read-yaml.ts';
import type { UntaggedPii } from '../../contract/finding.ts';
import type { Location } from '../../location.ts';
import { yamlName } from '../../yaml-name.ts';
import { markColumn } from './mark-column.ts';

/** A finding, and whether its column is marked as personal or as not personal. */
export interface Decision {
  readonly finding: UntaggedPii;
  readonly isPersonal: boolean;
}

export interface MarkedText {
  readonly text: string;
  /** Decisions that the text has now. */
  readonly written: readonly Decision[];
  /** Decisions for which no mark can be written. */
  readonly left: readonly Decision[];
}

/**
 * Writes decisions about columns of sources and seeds into the text of a properties file, which must be as it was when
 * the findings were made. A finding leads to the place of its column or table; one of a seed without YAML leads to its rows,
 * and is written below the seed's name.
 */
export function markColumns(file: string, text: string, decisions: readonly Decision[]): MarkedText {
  const document = readYaml(file, text, () => {});
  const places = tablesByPlace(document);
  const written: Decision[] = [];
  const left: Decision[] = [];
  let changed = text;
  for (const decision of decisions) {
    const { relation, column, piiType, location } = decision.finding;
    const table = location.file === file ? places.get(placeKey(location)) : seedNamed(relation, document);
    const mark = { column, piiType: decision.isPersonal ? piiType : undefined };
    const marked = table && markColumn(changed, table, mark);
    if (marked === undefined) left.push(decision);
    else {
      changed = marked;
      written.push(decision);
    }
  }
  return { text: changed, written, left };
}

/** Whether a properties file describes a seed. */
export function describesSeed(file: string, text: string, name: string): boolean {
  const document = readYaml(file, text, () => {});
  return seedNamed(name, document) !== undefined;
}

/** A properties file that describes one seed, without its columns. */
export function newSeedFile(name: string): string {
  return `version: 2\nseeds:\n  - name: ${yamlName(name)}\n`;
}

function seedNamed(name: string, { value }: YamlDocument): YamlPath | undefined {
  const index = listIn(value, 'seeds').findIndex((seed) => entryIn(seed, 'name') === name);
  return index === -1 ? undefined : ['seeds', index];
}

/** Paths of the tables of sources and seeds, by the places of their names and of those of their columns. */
function tablesByPlace({ value, locate }: YamlDocument): ReadonlyMap<string, YamlPath> {
  const sources = listIn(value, 'sources').flatMap((source, index) =>
    listIn(source, 'tables').map((table, at) => ({ table, path: ['sources', index, 'tables', at] })),
  );
  const seeds = listIn(value, 'seeds').map((table, index) => ({ table, path: ['seeds', index] }));
  return new Map(
    [...sources, ...seeds].flatMap(({ table, path }) =>
      [path, ...listIn(table, 'columns').map((_, at) => [...path, 'columns', at])].map(
        (entry) => [placeKey(locate([...entry, 'name'])), path] as const,
      ),
    ),
  );
}

function placeKey({ line, column }: Location): string {
  return `${line}:${column}`;
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = entryIn(value, key);
  return Array.isArray(list) ? list : [];
}

function entryIn(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
