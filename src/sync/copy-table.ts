import type { SourceClient } from '../postgres/source-client.ts';
import { identifier, literal, type Sql, sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Feed, LineReader } from './feed.ts';
import { type Lines, LONGEST_LINE, linesOf, mergedLines } from './lines.ts';
import type { RowCondition } from './row-condition.ts';
import type { SourceColumn, SourceTable } from './source-table.ts';

/** One table to copy: its columns in Postgres, and its table in the warehouse. */
export interface TableCopy {
  readonly table: SourceTable;
  readonly columns: readonly SourceColumn[];
  readonly target: { readonly schema: string; readonly name: string };
  /** `undefined` for all rows. */
  readonly condition: RowCondition | undefined;
}

/** A connection in the snapshot, and the condition on the rows that it reads; `undefined` for all rows of the copy. */
export interface RangeClient {
  readonly client: SourceClient;
  readonly range: RowCondition | undefined;
}

/** The two ends of a copy and what is between them. */
export interface CopyEndpoints {
  readonly clients: readonly RangeClient[];
  readonly warehouse: Warehouse;
  readonly feed: Feed;
}

/** Both ends of a copy: a connection in the snapshot, and a session of the warehouse. */
interface SourceAndTarget {
  readonly client: SourceClient;
  readonly warehouse: Warehouse;
}

/**
 * Copies the rows of one table into an empty table of the warehouse, inside open transactions on both ends.
 * @param meter passes the lines on, and counts their bytes
 * @returns the number of rows
 * @throws {IncompleteCopy} when fewer or more rows arrived than the server sent
 */
export async function copyTable(
  copy: TableCopy,
  { clients, warehouse, feed }: CopyEndpoints,
  meter: (lines: AsyncIterable<Lines>) => AsyncIterable<Lines>,
): Promise<number> {
  const copies = clients.map(({ client, range }) => client.copy(copyStatement(withRange(copy, range)).text));
  const loaded = await feed.feed(meter(mergedLines(copies.map(linesOf))), insertInto(copy, warehouse));
  // A pipe ends in the same way when Postgres dies. Only the server's own count proves that it sent all rows.
  for (const { client } of clients) await client.query('select 1 as answered');
  const sent = copies.reduce((sum, { rowCount }) => sum + rowCount, 0);
  if (sent !== loaded) throw new IncompleteCopy('did not arrive whole');
  return loaded;
}

function withRange(copy: TableCopy, range: RowCondition | undefined): TableCopy {
  const { condition } = copy;
  if (!range || !condition) return { ...copy, condition: range ?? condition };
  return { ...copy, condition: (alias) => sql`${condition(alias)} and ${range(alias)}` };
}

/** The error for copied rows that are not those of the snapshot. */
export class IncompleteCopy extends Error {}

/** SQL that makes the empty table of a copy in the warehouse. */
export function createStatement(copy: TableCopy): Sql {
  return sql`create or replace table ${definition(copy)}`;
}

/** SQL that makes the empty table of a copy that only the session sees; its schema is `temp`. */
export function createTemporary(copy: TableCopy): Sql {
  return sql`create or replace temporary table ${definition(copy)}`;
}

function definition({ columns, target }: TableCopy): Sql {
  const definitions = columns.map(({ name, transfer }) => sql`${identifier(name)} ${transfer.type}`);
  return sql`${identifier(target.schema, target.name)} (${definitions})`;
}

/**
 * SQL that reads a table's rows. Excluded columns are not in it, so they never leave Postgres. The constant 1 keeps a
 * row whose only column is empty from being an empty line.
 */
function copyStatement(copy: TableCopy): Sql {
  const selected = copy.columns.map((column) => column.transfer.select(identifier(column.name)));
  return sql`copy (select 1, ${selected} from ${rowsOf(copy)}) to stdout (format text)`;
}

/** The rows to copy, as they stand behind FROM in a query for Postgres. */
function rowsOf({ table, condition }: TableCopy): Sql {
  const rows = sql`${identifier(table.config.from.schema, table.config.from.table)} as ${identifier(ROW)}`;
  return condition ? sql`${rows} where ${condition(ROW)}` : rows;
}

/** Name of the table in queries for Postgres. */
const ROW = 'copied';

function insertInto(copy: TableCopy, warehouse: Warehouse): LineReader {
  const { columns } = copy;
  const table = identifier(copy.target.schema, copy.target.name);
  const converted = columns.map(({ transfer }, index) => transfer.convert(field(index)));
  return {
    readPath: (path) => warehouse.run(sql`insert into ${table} select ${converted} from ${linesOfPath(path, columns)}`),
    readBytes: (bytes) =>
      warehouse.run(sql`insert into ${table} select ${converted} from ${linesOfParameter(columns)}`, [bytes]),
  };
}

function field(index: number): Sql {
  return identifier(`c${index}`);
}

/** COPY's lines as rows of the fields `c0`, `c1`, …, each of its wire type. */
function linesOfPath(path: string, columns: readonly SourceColumn[]): Sql {
  const read = columns.map(({ transfer }, index) => sql`${literal(`c${index}`)}: ${literal(transfer.wire)}`);
  return sql`read_csv(${literal(path)}, columns = {${[sql`'row': 'VARCHAR'`, ...read]}}, delim = '\t', quote = '', escape = '',
    nullstr = '\N', new_line = '\n', auto_detect = false, header = false,
    max_line_size = ${literal(LONGEST_LINE)}, buffer_size = ${literal(4 * LONGEST_LINE)})`;
}

/** COPY's lines as rows of the fields, read from a parameter that holds the lines. */
function linesOfParameter(columns: readonly SourceColumn[]): Sql {
  const read = columns.map(({ transfer }, index) => {
    const text = sql`nullif(line[${literal(index + 2)}], '\N')`;
    return sql`${transfer.wire === 'VARCHAR' ? text : sql`cast(${text} as ${transfer.type})`} as ${field(index)}`;
  });
  return sql`(select ${read} from
    (select string_split(unnest(string_split(decode(?::blob), chr(10))), chr(9)) as line))`;
}

/**
 * Counts the values that became NULL since they did not fit, of the columns for which that is allowed.
 * @param client in the snapshot @param warehouse in the transaction of the copy
 */
export async function countNulled(copy: TableCopy, { client, warehouse }: SourceAndTarget) {
  const lenient = copy.columns.filter(({ isLenient }) => isLenient);
  if (lenient.length === 0) return [];
  const counts = (select: (column: SourceColumn) => Sql) =>
    lenient.map((column, index) => sql`count(${select(column)}) as ${field(index)}`);
  const sent = sql`select ${counts(({ name, transfer }) => transfer.select(identifier(name)))} from ${rowsOf(copy)}`;
  const kept = sql`select ${counts(({ name }) => identifier(name))} from ${identifier(copy.target.schema, copy.target.name)}`;
  const [[before], [after]] = await Promise.all([
    client.query<{ readonly [name: string]: string }>(sent.text),
    warehouse.rows(kept),
  ]);
  return lenient.flatMap(({ name }, index) => {
    const values = Number(before?.[`c${index}`]) - Number(after?.[`c${index}`]);
    return values > 0 ? [{ column: name, values }] : [];
  });
}

/**
 * Counts the values of each column that do not fit its type, in a copy of the same rows.
 * @returns the columns that have some
 */
export async function findBadValues(
  { columns, ...copy }: TableCopy,
  { client, warehouse, feed }: SourceAndTarget & Pick<CopyEndpoints, 'feed'>,
): Promise<readonly { readonly column: SourceColumn; readonly values: number }[]> {
  const texts = columns.map((column) => ({ ...column, transfer: { ...column.transfer, wire: 'VARCHAR' } }));
  const counts = columns.map(({ transfer }, index) => {
    const text = field(index);
    const value = transfer.wire === 'VARCHAR' ? transfer.convert(text) : sql`${text}::${transfer.type}`;
    return sql`count(*) filter (where ${text} is not null and try(${value}) is null) as ${text}`;
  });
  const found = columns.map(() => 0);
  const read = async (lines: Sql, parameters?: readonly Uint8Array[]) => {
    const [row] = await warehouse.rows(sql`select ${counts}, count(*) as all_rows from ${lines}`, parameters);
    columns.forEach((_, index) => {
      found[index] = (found[index] ?? 0) + Number(row?.[`c${index}`]);
    });
    return Number(row?.['all_rows']);
  };
  await feed.feed(linesOf(client.copy(copyStatement({ ...copy, columns }).text)), {
    readPath: (path) => read(linesOfPath(path, texts)),
    readBytes: (bytes) => read(linesOfParameter(texts), [bytes]),
  });
  return columns.flatMap((column, index) => {
    const values = found[index] ?? 0;
    return values > 0 ? [{ column, values }] : [];
  });
}
