import type { Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { identifier, literal, type Sql, sql } from '../../sql.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { UntaggedPii } from '../finding.ts';
import { cellKind, jsonText } from './cell-kind.ts';
import { EMAIL, type Evidence, IPV4, PII_PATTERNS, type PiiPattern } from './pii-pattern.ts';
import { undecidedTables, untaggedPii } from './undecided-columns.ts';

/** Rows of a table that are looked at: spread over all of it, the same ones in every run. */
const SAMPLE_ROWS = 4_000;

/**
 * Finds columns of sources that are not tagged but whose values have the form of personal ones: enough of their different
 * values must have it. `meta: {pii: false}` on a column says that somebody has decided. Names, addresses and birthdays have
 * no form of their own, and are not found.
 */
export async function findUntaggedColumns(
  project: Project,
  tables: Catalog,
  session: Warehouse,
): Promise<readonly UntaggedPii[]> {
  const findings: UntaggedPii[] = [];
  for (const { source, table, columns } of undecidedTables(project, tables)) {
    findings.push(...(await findPatterns(source, { ...table, columns }, session)));
  }
  return findings;
}

async function findPatterns(source: Source, table: CatalogTable, session: Warehouse): Promise<readonly UntaggedPii[]> {
  const texts = table.columns.flatMap((column, index) => {
    const text = readableText(column);
    return text === undefined ? [] : [{ index, text }];
  });
  if (texts.length === 0) return [];
  const counts = PII_PATTERNS.map(
    ({ test }, index) => sql`count(*) filter (where ${test}) as ${identifier(`p${index}`)}`,
  );
  const rows = await session.rows(
    sql`select col, count(*) as different, ${counts}
     from (
       select distinct col, trim(raw) as value
       from (
         select ${texts.map(({ index, text }) => sql`${text} as ${identifier(String(index))}`)}
         from (select *, row_number() over () as fenceline_row from ${table.relation})
         where hash(fenceline_row) % greatest(1, (select count(*) from ${table.relation}) // ${literal(SAMPLE_ROWS)}) = 0
       ) unpivot (raw for col in (${texts.map(({ index }) => identifier(String(index)))}))
       where trim(raw) <> ''
     )
     group by col`,
  );
  return rows
    .flatMap((row) => {
      const column = table.columns[Number(row['col'])];
      const pattern = column && fittingPattern(column, Number(row['different']), (index) => Number(row[`p${index}`]));
      return pattern ? [{ order: Number(row['col']), finding: untaggedPii(source, column.name, pattern.piiType) }] : [];
    })
    .sort((a, b) => a.order - b.order)
    .map(({ finding }) => finding);
}

/**
 * SQL: the text to compare with patterns; of a nested value the first e-mail or IP address in it. `undefined` for a type
 * that holds no names or numbers of people, such as an enum or a UUID.
 */
function readableText(column: ColumnType): Sql | undefined {
  const name = identifier(column.name);
  switch (cellKind(column)) {
    case 'text':
      return column.type === 'VARCHAR' ? name : undefined;
    case 'json':
      return sql`coalesce(
        nullif(regexp_extract(${jsonText(name)}, ${literal(EMAIL)}, 0), ''),
        nullif(regexp_extract(${jsonText(name)}, ${literal(`"(${IPV4})"`)}, 1), ''),
        case when ${name} is not null then '-' end)`;
    case 'number':
      return /INT/.test(column.type) ? sql`cast(${name} as varchar)` : undefined;
    default:
      return undefined;
  }
}

function fittingPattern(
  { name }: ColumnType,
  different: number,
  matching: (index: number) => number,
): PiiPattern | undefined {
  const lower = name.toLowerCase();
  return PII_PATTERNS.find(({ alone, named, not }, index) => {
    const shows = ({ share, values }: Evidence) => matching(index) >= values && matching(index) >= share * different;
    if (not?.test(lower)) return false;
    return (alone !== undefined && shows(alone)) || (named.name.test(lower) && shows(named));
  });
}
