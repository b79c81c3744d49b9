import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { identifier, literal, type Sql, sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { FeedDirectory } from './feed.ts';
import type { SourceColumn, SourceTable } from './source-table.ts';

/** One table to copy: its columns in Postgres, and its table in the warehouse. */
export interface TableCopy {
  readonly table: SourceTable;
  readonly columns: readonly SourceColumn[];
  readonly target: { readonly schema: string; readonly name: string };
  /** Bytes of the longest row that can be read, as COPY's text. */
  readonly longestRow: number;
}

/** The two ends of a copy and the pipes between them. */
export interface CopyEndpoints {
  readonly client: pg.Client;
  readonly warehouse: Warehouse;
  readonly feeds: FeedDirectory;
}

/**
 * Copies the rows of one table into an empty table of the warehouse, inside open transactions on both ends.
 * @returns the number of rows
 * @throws {IncompleteCopy} when the rows are not those of the snapshot
 */
export async function copyTable(copy: TableCopy, { client, warehouse, feeds }: CopyEndpoints): Promise<number> {
  const rows = client.query(copyTo(copyStatement(copy).text, { highWaterMark: 1 << 20 }));
  // Errors arrive through the pipe. Before it is connected, an error without a listener would end the process.
  rows.on('error', () => undefined);
  const loaded = await feeds.feed(rows, (path) => warehouse.run(insertStatement(copy, path)));
  // A pipe ends in the same way when Postgres dies. An answer to another statement proves that the copy is complete.
  const replaced = await isReplaced(copy.table, client);
  if (replaced) throw new IncompleteCopy('was emptied or rewritten while it was copied');
  if (rows.rowCount !== loaded) throw new IncompleteCopy('did not arrive whole');
  return loaded;
}

/** The copied rows are not those of the snapshot. */
export class IncompleteCopy extends Error {}

/** Whether TRUNCATE or ALTER replaced a table's rows after the snapshot: possible where it could not be locked. */
async function isReplaced({ oid }: SourceTable, client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ replaced: boolean | null }>(
    'select relfilenode <> pg_relation_filenode(oid) as replaced from pg_catalog.pg_class where oid = $1',
    [oid],
  );
  return rows[0]?.replaced ?? false;
}

/** SQL that makes the empty table of a copy in the warehouse. */
export function createStatement({ columns, target }: TableCopy): Sql {
  const definitions = columns.map(({ name, transfer }) => sql`${identifier(name)} ${transfer.type}`);
  return sql`create or replace table ${identifier(target.schema, target.name)} (${definitions})`;
}

/**
 * SQL that reads a table's rows. Excluded columns are not in it, so they never leave Postgres. The constant 1 keeps a
 * row whose only column is empty from being an empty line.
 */
function copyStatement({ table, columns }: TableCopy): Sql {
  const { schema, table: name } = table.config.from;
  const selected = columns.map((column) => column.transfer.select(identifier(column.name)));
  return sql`copy (select 1, ${selected} from ${identifier(schema, name)}) to stdout (format text)`;
}

function insertStatement({ columns, target, longestRow }: TableCopy, path: string): Sql {
  const read = columns.map(({ transfer }, index) => sql`${literal(`c${index}`)}: ${literal(transfer.wire)}`);
  const converted = columns.map(({ transfer }, index) => transfer.convert(identifier(`c${index}`)));
  return sql`insert into ${identifier(target.schema, target.name)} select ${converted} from read_csv(${literal(path)},
    columns = {${[sql`'row': 'VARCHAR'`, ...read]}}, delim = '\t', quote = '', escape = '', nullstr = '\N', new_line = '\n',
    auto_detect = false, header = false, max_line_size = ${literal(longestRow)}, buffer_size = ${literal(4 * longestRow)})`;
}
