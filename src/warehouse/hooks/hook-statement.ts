import { identifier, type ProjectSql, projectSql, type Sql, sql } from '../../sql.ts';
import { tokenize } from '../../sql-tokens.ts';
import { EXPRESSION_FUNCTIONS, TABLE_FUNCTIONS } from '../functions/judgements.ts';
import { readExpression } from '../one-expression.ts';
import { requireOneQuery } from '../one-query.ts';
import { readType } from '../one-type.ts';
import { SqlError } from '../sql-error.ts';
import type { Warehouse } from '../warehouse.ts';
import { StatementText, type WrittenName } from './statement-text.ts';

/**
 * One statement of a hook. Only `sql` runs: it is a new statement, built from the names, queries and expressions of the
 * hook as the engine parses them. So it does what its kind says and nothing else.
 */
export type HookStatement =
  /** A statement that changes nothing: a query, whose rows are dropped, or maintenance such as ANALYZE. */
  | { readonly kind: 'harmless'; readonly sql: Sql }
  | { readonly kind: 'macro'; readonly name: string; readonly sql: Sql }
  /** A schema, an index or a comment: it changes no row. */
  | { readonly kind: 'annotation'; readonly sql: Sql }
  | HookWrite;

/** A statement that changes which rows there are in a table. */
export type HookWrite =
  | (Written & { readonly kind: 'insert'; readonly columns: readonly string[]; readonly query: ProjectSql })
  | (Written & { readonly kind: 'delete'; readonly condition: string | undefined })
  | (Written & {
      readonly kind: 'update';
      readonly assignments: readonly Assignment[];
      readonly condition: string | undefined;
    })
  | (Written & { readonly kind: 'create'; readonly query: ProjectSql })
  | (Written & { readonly kind: 'drop' });

interface Written {
  readonly table: WrittenName;
  readonly sql: Sql;
}

interface Assignment {
  readonly column: string;
  readonly expression: string;
}

/**
 * Reads the statements of a hook.
 * @throws {SqlError} of the fact `refused-call` for a statement of another kind than those above: one that changes
 *   settings, schemas, types or secrets, reads or writes files, or that it does not recognise. The message quotes only
 *   the first word.
 */
export async function readHook(text: string, session: Warehouse): Promise<readonly HookStatement[]> {
  const statements: HookStatement[] = [];
  for (const part of splitStatements(text)) statements.push(await readStatement(part, session));
  return statements;
}

/** Splits a text at its semicolons, except those inside of text literals, quoted names, comments or brackets. */
export function splitStatements(text: string): readonly string[] {
  const ends = tokenize(text).filter(({ kind, value, depth }) => kind === 'symbol' && value === ';' && depth === 0);
  const parts = [...ends, { start: text.length, end: text.length }].map(({ start }, index) =>
    text.slice(ends[index - 1]?.end ?? 0, start),
  );
  return parts.filter((part) => tokenize(part).length > 0);
}

async function readStatement(text: string, session: Warehouse): Promise<HookStatement> {
  const statement = new StatementText(text);
  for (const [words, read] of READERS) {
    if (!statement.take(...words.split(' '))) continue;
    const found = await read(statement, session);
    if (found) return found;
    throw refused(text);
  }
  return { kind: 'harmless', sql: await requireOneQuery(projectSql(text), session) };
}

function refused(text: string): SqlError {
  const [first] = tokenize(text);
  const word = first?.kind === 'word' ? first.value.toUpperCase() : 'this statement';
  const words = `${word} is refused: a hook may create macros, tables and indexes, insert, update and delete rows, and comment`;
  return new SqlError('permission', words, undefined, { fact: { is: 'refused-call' } });
}

type Reader = (statement: StatementText, session: Warehouse) => Promise<HookStatement | undefined>;

/** Readers by the first words of a statement; the first match counts. A statement without a match must be a query. */
const READERS: readonly (readonly [string, Reader])[] = [
  ['analyze', async (statement) => readMaintenance(statement, sql`analyze`)],
  ['vacuum', async (statement) => readMaintenance(statement, sql`vacuum`)],
  ['create or replace temporary macro', (statement, session) => readMacro(statement, sql`temporary`, session)],
  ['create or replace temp macro', (statement, session) => readMacro(statement, sql`temporary`, session)],
  ['create temporary macro', (statement, session) => readMacro(statement, sql`temporary`, session)],
  ['create temp macro', (statement, session) => readMacro(statement, sql`temporary`, session)],
  ['create or replace macro', (statement, session) => readMacro(statement, sql``, session)],
  ['create or replace function', (statement, session) => readMacro(statement, sql``, session)],
  ['create macro', (statement, session) => readMacro(statement, sql``, session)],
  ['create function', (statement, session) => readMacro(statement, sql``, session)],
  ['create or replace table', (statement, session) => readCreate(statement, sql`or replace table`, session)],
  ['create or replace view', (statement, session) => readCreate(statement, sql`or replace view`, session)],
  ['create table if not exists', (statement, session) => readCreate(statement, sql`table if not exists`, session)],
  ['create table', (statement, session) => readCreate(statement, sql`table`, session)],
  ['create view if not exists', (statement, session) => readCreate(statement, sql`view if not exists`, session)],
  ['create view', (statement, session) => readCreate(statement, sql`view`, session)],
  [
    'create unique index if not exists',
    (statement, session) => readIndex(statement, sql`unique index if not exists`, session),
  ],
  ['create unique index', (statement, session) => readIndex(statement, sql`unique index`, session)],
  ['create index if not exists', (statement, session) => readIndex(statement, sql`index if not exists`, session)],
  ['create index', (statement, session) => readIndex(statement, sql`index`, session)],
  ['create schema if not exists', async (statement) => readSchema(statement)],
  ['drop index if exists', async (statement) => readDropIndex(statement)],
  ['drop table if exists', async (statement) => readDrop(statement, sql`table`)],
  ['drop view if exists', async (statement) => readDrop(statement, sql`view`)],
  ['insert into', readInsert],
  ['delete from', readDelete],
  [
    'truncate',
    async (statement) => {
      statement.take('table');
      const table = statement.takeName();
      return table && statement.isAtEnd()
        ? { kind: 'delete', table, condition: undefined, sql: sql`delete from ${named(table)}` }
        : undefined;
    },
  ],
  ['update', readUpdate],
  ['comment on table', async (statement) => readComment(statement, sql`table`)],
  ['comment on view', async (statement) => readComment(statement, sql`view`)],
  ['comment on column', async (statement) => readComment(statement, sql`column`)],
];

function named([first, ...more]: WrittenName): Sql {
  return identifier(first, ...more);
}

function readMaintenance(statement: StatementText, words: Sql): HookStatement | undefined {
  const table = statement.takeName();
  if (!statement.isAtEnd()) return undefined;
  return { kind: 'harmless', sql: table ? sql`${words} ${named(table)}` : words };
}

/** `name(a, b := 1) as expression`, or `as table query`: the body is one expression or one query with allowed calls only. */
async function readMacro(statement: StatementText, kind: Sql, session: Warehouse): Promise<HookStatement | undefined> {
  const name = statement.takeName();
  const parameters = name && statement.takeGroup();
  if (!name || parameters === undefined || !statement.take('as')) return undefined;
  const last = (name.at(-1) ?? '').toLowerCase();
  if (EXPRESSION_FUNCTIONS.has(last) || TABLE_FUNCTIONS.has(last)) return undefined;
  const list = await readParameters(parameters, session);
  if (!list) return undefined;
  const head = sql`create or replace ${kind} macro ${named(name)}(${list}) as`;
  if (statement.take('table')) {
    return {
      kind: 'macro',
      name: last,
      sql: sql`${head} table ${await requireOneQuery(projectSql(statement.rest()), session)}`,
    };
  }
  const body = await readExpression(statement.rest(), session);
  return body && { kind: 'macro', name: last, sql: sql`${head} ${body}` };
}

async function readParameters(parameters: string, session: Warehouse): Promise<readonly Sql[] | undefined> {
  const list: Sql[] = [];
  for (const text of new StatementText(parameters).commaParts()) {
    const parameter = new StatementText(text);
    const name = parameter.takeName();
    if (name?.length !== 1) return undefined;
    const fallback = parameter.takeSymbol(':=') ? await readExpression(parameter.rest(), session) : undefined;
    if (!fallback && !parameter.isAtEnd()) return undefined;
    list.push(fallback ? sql`${named(name)} := ${fallback}` : named(name));
  }
  return list;
}

/** A table or view `as` a query, or an empty table with a list of columns. */
async function readCreate(statement: StatementText, kind: Sql, session: Warehouse): Promise<HookStatement | undefined> {
  const table = statement.takeName();
  if (!table) return undefined;
  const head = sql`create ${kind} ${named(table)}`;
  if (!statement.take('as')) return readEmptyTable(table, statement, head, session);
  const query = projectSql(statement.rest());
  return { kind: 'create', table, query, sql: sql`${head} as ${await requireOneQuery(query, session)}` };
}

async function readEmptyTable(
  table: WrittenName,
  statement: StatementText,
  head: Sql,
  session: Warehouse,
): Promise<HookStatement | undefined> {
  const columns = statement.takeGroup();
  if (columns === undefined || !statement.isAtEnd()) return undefined;
  const definitions: Sql[] = [];
  const casts: string[] = [];
  for (const text of new StatementText(columns).commaParts()) {
    const column = new StatementText(text);
    const name = column.takeName();
    const type = name?.length === 1 ? await readType(column.rest(), session) : undefined;
    if (!name || !type) return undefined;
    definitions.push(sql`${named(name)} ${type}`);
    casts.push(`cast(null as ${type.text}) as ${named(name).text}`);
  }
  return {
    kind: 'create',
    table,
    query: projectSql(`select ${casts.join(', ')} where false`),
    sql: sql`${head} (${definitions})`,
  };
}

async function readIndex(statement: StatementText, kind: Sql, session: Warehouse): Promise<HookStatement | undefined> {
  const name = statement.takeName();
  const table = name?.length === 1 && statement.take('on') ? statement.takeName() : undefined;
  const columns = table && statement.takeGroup();
  if (!name || !table || columns === undefined || !statement.isAtEnd()) return undefined;
  const expressions: Sql[] = [];
  for (const text of new StatementText(columns).commaParts()) {
    const column = new StatementText(text);
    const plain = column.takeName();
    const expression = plain && column.isAtEnd() ? named(plain) : await readExpression(text, session);
    if (!expression) return undefined;
    expressions.push(expression);
  }
  return { kind: 'annotation', sql: sql`create ${kind} ${named(name)} on ${named(table)} (${expressions})` };
}

function readSchema(statement: StatementText): HookStatement | undefined {
  const name = statement.takeName();
  return name && statement.isAtEnd()
    ? { kind: 'annotation', sql: sql`create schema if not exists ${named(name)}` }
    : undefined;
}

function readDropIndex(statement: StatementText): HookStatement | undefined {
  const name = statement.takeName();
  return name && statement.isAtEnd()
    ? { kind: 'annotation', sql: sql`drop index if exists ${named(name)}` }
    : undefined;
}

function readDrop(statement: StatementText, kind: Sql): HookStatement | undefined {
  const table = statement.takeName();
  return table && statement.isAtEnd()
    ? { kind: 'drop', table, sql: sql`drop ${kind} if exists ${named(table)}` }
    : undefined;
}

async function readInsert(statement: StatementText, session: Warehouse): Promise<HookStatement | undefined> {
  const table = statement.takeName();
  if (!table) return undefined;
  const group = statement.startsGroupOfNames() ? statement.takeGroup() : undefined;
  const columns =
    group === undefined ? [] : new StatementText(group).commaParts().map((text) => new StatementText(text).takeName());
  const query = projectSql(statement.rest());
  const read = await requireOneQuery(query, session);
  const names = columns.flatMap((name) => (name?.length === 1 ? [name[0]] : []));
  if (names.length !== columns.length) return undefined;
  const list = names.length === 0 ? sql`` : sql`(${names.map((name) => identifier(name))})`;
  return { kind: 'insert', table, columns: names, query, sql: sql`insert into ${named(table)} ${list} ${read}` };
}

async function readDelete(statement: StatementText, session: Warehouse): Promise<HookStatement | undefined> {
  const table = statement.takeName();
  if (!table) return undefined;
  if (statement.isAtEnd())
    return { kind: 'delete', table, condition: undefined, sql: sql`delete from ${named(table)}` };
  if (!statement.take('where')) return undefined;
  const condition = statement.rest();
  const read = await readExpression(condition, session);
  return read && { kind: 'delete', table, condition, sql: sql`delete from ${named(table)} where ${read}` };
}

async function readUpdate(statement: StatementText, session: Warehouse): Promise<HookStatement | undefined> {
  const table = statement.takeName();
  if (!table || !statement.take('set')) return undefined;
  const assigned = statement.takeUntilWord('where');
  const condition = statement.take('where') ? statement.rest() : undefined;
  const assignments: Assignment[] = [];
  const parts: Sql[] = [];
  for (const text of new StatementText(assigned).commaParts()) {
    const part = new StatementText(text);
    const column = part.takeName();
    const expression = column?.length === 1 && part.takeSymbol('=') ? part.rest() : '';
    const read = expression === '' ? undefined : await readExpression(expression, session);
    if (!column || !read) return undefined;
    assignments.push({ column: column[0], expression });
    parts.push(sql`${named(column)} = ${read}`);
  }
  const where = condition === undefined ? undefined : await readExpression(condition, session);
  if (condition !== undefined && !where) return undefined;
  const filter = where ? sql` where ${where}` : sql``;
  return { kind: 'update', table, assignments, condition, sql: sql`update ${named(table)} set ${parts}${filter}` };
}

function readComment(statement: StatementText, kind: Sql): HookStatement | undefined {
  const name = statement.takeName();
  const text = name && statement.take('is') ? statement.takeText() : undefined;
  return name && text && statement.isAtEnd()
    ? { kind: 'annotation', sql: sql`comment on ${kind} ${named(name)} is ${text}` }
    : undefined;
}
