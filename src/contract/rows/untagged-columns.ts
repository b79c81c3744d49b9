import type { Seed, Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { identifier, literal, type Sql, sql } from '../../sql.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { UntaggedPii } from '../finding.ts';
import { judgeValues } from '../values/judge-values.ts';
import { cellKind, jsonText } from './cell-kind.ts';
import { undecidedInWarehouse, untaggedPii } from './undecided-columns.ts';

/** Rows of a table that are looked at: spread over all of it, the same ones in every run. */
const SAMPLE_ROWS = 4_000;

/** Largest number of different values of a column that are judged, and of characters that are read of each. */
const MOST_VALUES = 500;
const MOST_CHARACTERS = 2_000;

/** Number of columns that one statement reads: the engine is far slower with all columns of a very wide table at once. */
const COLUMNS_AT_ONCE = 500;

/**
 * Finds columns of sources and seeds that are not tagged but whose values have the form of personal ones: enough of their different
 * values must have it. `meta: {pii: false}` says that a column is not personal.
 */
export async function findUntaggedColumns(
  project: Project,
  tables: Catalog,
  session: Warehouse,
): Promise<readonly UntaggedPii[]> {
  const findings: UntaggedPii[] = [];
  for (const { root, table, columns } of undecidedInWarehouse(project, tables)) {
    findings.push(...(await findPersonalValues(root, table, columns, session)));
  }
  return findings;
}

async function findPersonalValues(
  root: Source | Seed,
  table: CatalogTable,
  undecided: readonly ColumnType[],
  session: Warehouse,
): Promise<readonly UntaggedPii[]> {
  const saysRegion = table.columns.filter(({ name, type }) => type === 'VARCHAR' && REGION_NAME.test(name));
  const read = [...new Set([...undecided, ...saysRegion])];
  const values = await sampleValues(table, read, session);
  const regions = saysRegion.flatMap(({ name }) => values.get(name) ?? []);
  const neighbours = table.columns.map(({ name }) => name);
  return undecided.flatMap((column) => {
    const sample = { ...column, table: root.name, neighbours, regions, values: values.get(column.name) ?? [] };
    const piiType = judgeValues(sample);
    return piiType === undefined ? [] : [untaggedPii(root, column.name, piiType)];
  });
}

/** Matches names of columns whose values show the country of a telephone number that has no country code. */
const REGION_NAME = /country|nation|currency|locale|region|(^|_)(land|pays|pais|paese|kraj|ulke|negara)(_|$)/i;

/** Sampled different values of each column, by its name. A column that cannot be read as text has none. */
async function sampleValues(
  { relation }: CatalogTable,
  columns: readonly ColumnType[],
  session: Warehouse,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const texts = columns.flatMap((column, index) => {
    const text = readableText(column);
    return text === undefined ? [] : [sql`${text} as ${identifier(String(index))}`];
  });
  const values = new Map<string, string[]>();
  for (let from = 0; from < texts.length; from += COLUMNS_AT_ONCE) {
    const rows = await session.rows(
      sql`select col, value
       from (
         select distinct col, left(trim(raw), ${literal(MOST_CHARACTERS)}) as value
         from (
           unpivot (
             select ${texts.slice(from, from + COLUMNS_AT_ONCE)}
             from (select *, row_number() over () as fenceline_row from ${relation})
             where hash(fenceline_row) % greatest(1, (select count(*) from ${relation}) // ${literal(SAMPLE_ROWS)}) = 0
           ) on columns(*) into name col value raw
         )
         where trim(raw) <> ''
       )
       qualify row_number() over (partition by col order by hash(value), value) <= ${literal(MOST_VALUES)}`,
    );
    for (const { col, value } of rows) {
      const name = columns[Number(col)]?.name ?? '';
      const list = values.get(name) ?? [];
      list.push(String(value));
      values.set(name, list);
    }
  }
  return values;
}

const EMAIL = String.raw`[^\s@,;:<>()"']+@([\p{L}\p{N}-]+\.)+[\p{L}]{2,}`;
const IPV4 = String.raw`(\d{1,3}\.){3}\d{1,3}`;

/**
 * SQL for the text of a value that is judged: of a nested value the first e-mail or IP address in it. `undefined` for a type that holds no
 * names or numbers of people, such as an enum or a UUID.
 */
function readableText(column: ColumnType): Sql | undefined {
  const name = identifier(column.name);
  if (/^(DOUBLE|FLOAT|DECIMAL)/.test(column.type)) return undefined;
  switch (cellKind(column)) {
    case 'text':
      return column.type === 'VARCHAR' ? name : undefined;
    case 'json':
      return sql`coalesce(
        nullif(regexp_extract(${jsonText(name)}, ${literal(EMAIL)}, 0), ''),
        nullif(regexp_extract(${jsonText(name)}, ${literal(`"(${IPV4})"`)}, 1), ''),
        case when ${name} is not null then '-' end)`;
    case 'number':
      return sql`cast(${name} as varchar)`;
    default:
      return undefined;
  }
}
