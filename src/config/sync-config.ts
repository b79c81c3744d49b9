import type { Mistake } from '../user-error.ts';
import type { SyncConfig, SyncPattern, SyncTable } from './fenceline-config.ts';
import type { YamlDocument } from './read-yaml.ts';
import { isPattern } from './sync-patterns.ts';
import type { ParsedConfig, WrittenConfig, WrittenTable } from './written-config.ts';

/** `sync` of a `fenceline.yml` with every default. */
export function syncConfig(written: WrittenConfig['sync'], document: YamlDocument): SyncConfig {
  const {
    schema,
    prefix = 'raw_',
    from_sources: fromSources = false,
    except = [],
    drift,
    mask_secret: maskSecret,
    tables = {},
  } = written ?? {};
  const placeOf = ({ from, database, to }: WrittenTable, standard: string) => {
    const [table = '', fromSchema = 'public'] = from.split('.').reverse();
    const [toTable = '', toSchema = schema] = (to ?? standard).split('.').reverse();
    return {
      from: { ...(database !== undefined && { database }), schema: fromSchema, table },
      to: { schema: toSchema, table: toTable },
    };
  };
  const entries = Object.entries(tables).map(([name, table]) => ({
    name,
    table,
    location: document.locate(['sync', 'tables', name], 'key'),
  }));
  const patterns = entries
    .filter(({ table }) => isPattern(table))
    .map(({ name, table, location }): SyncPattern => {
      const { exclude = [], except = [], columns } = table;
      const places = placeOf(table, `${prefix}*`);
      return { name, ...places, except, exclude, ...(columns !== undefined && { onlyDeclared: true }), location };
    });
  return {
    fromSources,
    except,
    drift: { table: 'warn', add: 'warn', drop: 'warn', type: 'warn', ...drift },
    ...(maskSecret !== undefined && { maskSecret }),
    ...(patterns.length > 0 && { patterns }),
    tables: entries
      .filter(({ table }) => !isPattern(table))
      .map(({ name, table, location }): SyncTable => {
        const { exclude = [], columns, where, mask } = table;
        return {
          name,
          ...placeOf(table, `${prefix}${name}`),
          exclude,
          ...(typeof columns === 'string' && { onlyDeclared: true }),
          ...(typeof columns === 'object' && { columns }),
          ...incrementalRule(table),
          ...sampleRule(table),
          ...(where !== undefined && { where }),
          ...(mask && { mask }),
          values: { type: table.type ?? {}, nan: table.nan ?? {}, onBad: table.on_bad ?? {} },
          location,
        };
      }),
  };
}

function incrementalRule({ mode, cursor, key = [], overlap, deletes = false }: Omit<WrittenTable, 'from'>) {
  if (mode !== 'incremental' || cursor === undefined) return {};
  const keys = typeof key === 'string' ? [key] : key;
  return {
    incremental: { cursor, key: keys, ...(overlap !== undefined && { overlap: String(overlap) }), deletes },
  };
}

function sampleRule({ sample }: Omit<WrittenTable, 'from'>) {
  if (!sample) return {};
  const { rows, percent = 100, seed = 0 } = sample;
  return {
    sample:
      rows === undefined ? ({ kind: 'percent', percent, seed } as const) : ({ kind: 'rows', rows, seed } as const),
  };
}

/** Finds samples that do not say how many rows. */
export function incompleteSamples({ written, document }: ParsedConfig): readonly Mistake[] {
  return Object.entries(written.sync?.tables ?? {})
    .filter(([, { sample }]) => sample && (sample.rows === undefined) === (sample.percent === undefined))
    .map(([name]) => ({
      code: 'sample-size',
      message: `sync.tables.${name}.sample has not one of rows and percent`,
      location: document.locate(['sync', 'tables', name, 'sample'], 'key'),
      fix: 'write sample: {percent: 5}, or sample: {rows: 1000}',
    }));
}

/** Finds tables whose keys for incremental copies are not complete. */
export function incompleteRules({ written, document }: ParsedConfig): readonly Mistake[] {
  return Object.entries(written.sync?.tables ?? {}).flatMap(([name, { mode, cursor, key, overlap, deletes }]) => {
    const isMeant = [cursor, key, overlap, deletes].some((setting) => setting !== undefined);
    const isComplete = cursor !== undefined && key !== undefined;
    if (mode === 'incremental' ? isComplete : !isMeant) return [];
    return [
      {
        code: 'incremental-keys',
        message:
          mode === 'incremental'
            ? `sync.tables.${name} is incremental, and has no cursor or no key`
            : `sync.tables.${name} has settings of an incremental copy, and is not incremental`,
        location: document.locate(['sync', 'tables', name], 'key'),
        fix: 'write mode: incremental, cursor: and key:, as in {mode: incremental, cursor: updated_at, key: id}',
      },
    ];
  });
}

/**
 * Refuses to copy Postgres's own catalogs: their statistics hold values of columns that no YAML declares. Every schema
 * `pg_…` belongs to Postgres.
 */
export function catalogTables({ tables, patterns = [] }: SyncConfig): readonly Mistake[] {
  return [...tables, ...patterns]
    .filter(({ from: { schema } }) => schema === 'information_schema' || schema.startsWith('pg_'))
    .map(({ from: { schema, table }, location }) => ({
      code: 'catalog-source',
      message: `${schema}.${table} is one of Postgres's own catalogs, which hold values of columns that no YAML declares`,
      location,
      fix: 'copy the table that the rows come from',
    }));
}
