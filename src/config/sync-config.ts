import type { Mistake } from '../user-error.ts';
import type { SyncConfig } from './fenceline-config.ts';
import type { YamlDocument } from './read-yaml.ts';
import type { ParsedConfig, WrittenConfig, WrittenTable } from './written-config.ts';

/** `sync` of a `fenceline.yml` with every default. */
export function syncConfig(written: WrittenConfig['sync'], document: YamlDocument): SyncConfig {
  const {
    schema,
    prefix = 'raw_',
    from_sources: fromSources = false,
    drift,
    mask_secret: maskSecret,
    tables = {},
  } = written ?? {};
  return {
    fromSources,
    drift: { add: 'warn', drop: 'warn', type: 'warn', ...drift },
    ...(maskSecret !== undefined && { maskSecret }),
    tables: Object.entries(tables).map(
      ([name, { from, to = `${prefix}${name}`, exclude = [], columns, ...written }]) => {
        const [table = '', fromSchema = 'public'] = from.split('.').reverse();
        const [toTable = '', toSchema = schema] = to.split('.').reverse();
        return {
          name,
          from: { schema: fromSchema, table },
          to: { schema: toSchema, table: toTable },
          exclude,
          ...(typeof columns === 'string' && { onlyDeclared: true }),
          ...(typeof columns === 'object' && { columns }),
          ...incrementalRule(written),
          ...sampleRule(written),
          ...(written.where !== undefined && { where: written.where }),
          ...(written.mask && { mask: written.mask }),
          values: { type: written.type ?? {}, nan: written.nan ?? {}, onBad: written.on_bad ?? {} },
          location: document.locate(['sync', 'tables', name], 'key'),
        };
      },
    ),
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
export function catalogTables({ tables }: SyncConfig): readonly Mistake[] {
  return tables
    .filter(({ from: { schema } }) => schema === 'information_schema' || schema.startsWith('pg_'))
    .map(({ from: { schema, table }, location }) => ({
      code: 'catalog-source',
      message: `${schema}.${table} is one of Postgres's own catalogs, which hold values of columns that no YAML declares`,
      location,
      fix: 'copy the table that the rows come from',
    }));
}
