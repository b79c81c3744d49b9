import { isDeepStrictEqual } from 'node:util';
import type { SyncConfig, SyncPattern, SyncTable } from '../../config/fenceline-config.ts';
import { nameKey, sameName } from '../../name.ts';
import type { Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { fitsPattern, starPattern } from '../../star-pattern.ts';

/**
 * Gives each table to copy its schema in the warehouse: that of fenceline.yml, else that of the only source that names
 * the table, else `main`. Adds the sources that a pattern stands for, and the other sources that nodes read: with
 * `from_sources` all of them, without it those in a Postgres that the profile attaches.
 */
export function placeTables({ tables, ...sync }: SyncConfig, project: Project): SyncConfig {
  const sources = [...project.sources.values()];
  const entries = tables.map((table) => declareColumns({ ...table, to: placeOf(table, sources) }, sources));
  const { patterns = [], except = [] } = sync;
  const listed = [...entries];
  for (const table of patterns.flatMap((pattern) => tablesOf(pattern, sources))) {
    const isListed = listed.some(
      ({ from, to }) =>
        isDeepStrictEqual(from, table.from) ||
        nameKey(to.schema, to.table) === nameKey(table.to.schema, table.to.table),
    );
    if (!isListed && !isExcepted(table, except)) listed.push(declareColumns(table, sources));
  }
  const filled = new Set([...listed.map(({ to }) => nameKey(to.schema, to.table))]);
  const read = new Set([...project.nodes.values()].flatMap(({ dependsOn }) => dependsOn.nodes));
  const named = sources.filter(
    ({ uniqueId, node, file, schema, identifier, isInPostgres = false }) =>
      (sync.fromSources || isInPostgres) &&
      read.has(uniqueId) &&
      node === undefined &&
      file === undefined &&
      !filled.has(nameKey(schema, identifier)),
  );
  const different = new Map(named.map((source) => [nameKey(source.schema, source.identifier), source]));
  const others = [...different.values()]
    .map((source) => declareColumns(copyOf(source), sources))
    .filter((table) => !isExcepted(table, except));
  return { ...sync, tables: [...listed, ...others] };
}

/** The tables of Postgres that a pattern stands for and some source declares. Seeds and files are filled by others. */
function tablesOf(pattern: SyncPattern, sources: readonly Source[]) {
  const { name, from, to, exclude, onlyDeclared, except, location } = pattern;
  return sources
    .filter(({ node, file }) => node === undefined && file === undefined)
    .flatMap(({ schema, identifier }) => {
      const table = starPattern(to.table, 'is').exec(identifier)?.[1];
      if (table === undefined || !fitsPattern(table, from.table, except)) return [];
      const place = placeOf({ to: { schema: to.schema, table: identifier } }, sources);
      if (!sameName(place.schema, schema)) return [];
      return [
        {
          name: `${name}.${table}`,
          pattern: name,
          from: { ...from, table },
          to: place,
          exclude,
          ...(onlyDeclared && { onlyDeclared }),
          location,
        },
      ];
    });
}

function isExcepted({ from }: SyncTable, except: readonly string[]): boolean {
  return except.some((pattern) => starPattern(pattern, 's').test(`${from.schema}.${from.table}`));
}

function placeOf({ to: { schema, table } }: Pick<SyncTable, 'to'>, sources: readonly Source[]) {
  if (schema !== undefined) return { schema, table };
  const schemas = new Set(
    sources.filter(({ identifier }) => sameName(identifier, table)).map((source) => source.schema),
  );
  const [only = 'main', ...others] = schemas;
  return { schema: others.length > 0 ? 'main' : only, table };
}

function declareColumns(table: SyncTable & { readonly to: { readonly schema: string } }, sources: readonly Source[]) {
  const key = nameKey(table.to.schema, table.to.table);
  const declared = sources
    .filter(({ schema, identifier }) => nameKey(schema, identifier) === key)
    .flatMap(({ columns }) => [...columns.values()].map(({ name }) => name));
  return { ...table, declared };
}

function copyOf({ sourceName, name, schema, identifier, location }: Source) {
  const place = { schema, table: identifier };
  return { name: `${sourceName}.${name}`, from: place, to: place, exclude: [], location };
}
