import { quoteName } from './quote.ts';
import { SqlText } from './trusted-sql.ts';
import { UserError } from './user-error.ts';

/** SQL that may be run: put together by {@link sql}, never from a plain string. */
export type Sql = SqlText;

/** SQL that may stand between the pieces of a template. A list is joined by commas. */
export type SqlPart = Sql | readonly Sql[];

/**
 * Makes SQL of a template. Its parts are typed: {@link identifier}, {@link relation}, {@link literal}, other SQL, or a list
 * of these; a plain string or number does not compile. A backslash stays a backslash, so that `'\d'` is a pattern.
 */
export function sql(pieces: TemplateStringsArray, ...parts: readonly SqlPart[]): Sql {
  return new SqlText(
    pieces.raw.map((piece, index) => (index === 0 ? '' : textOf(parts[index - 1] ?? [])) + piece).join(''),
  );
}

/** Parts with the same SQL between each two: `joinSql(conditions, sql` and `)`. */
export function joinSql(parts: readonly Sql[], between: Sql): Sql {
  return new SqlText(parts.map(({ text }) => text).join(between.text));
}

/**
 * A quoted name, with its schema and catalog before it if these are given: `"main"."users"`.
 * @throws {UserError} for a name that is empty or holds NUL, at which DuckDB would end the statement
 */
export function identifier(...names: readonly [string, ...string[]]): Sql {
  return new SqlText(names.map((name) => quoteName(withoutNul('name', nonEmptyName(name)))).join('.'));
}

/** A table or view with its catalog and schema: `"warehouse"."marts"."funnel"`. */
export function relation({ database, schema, alias }: Place): Sql {
  return identifier(database, schema, alias);
}

/** Place of a table or view, by plain names. */
export interface Place {
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
}

/**
 * The literal of a text, a number or NULL. Pass a long text as a parameter of the statement instead.
 * @throws {UserError} for a text that holds NUL
 */
export function literal(value: string | number | null): Sql {
  if (value === null) return new SqlText('null');
  if (typeof value === 'string') return new SqlText(`'${withoutNul('text', value).replaceAll("'", "''")}'`);
  if (!Number.isFinite(value)) throw new Error(`internal: ${value} is no number of SQL`);
  // In brackets, since a minus behind a minus begins a comment.
  return new SqlText(value < 0 ? `(${value})` : String(value));
}

/**
 * Text that a project wrote as SQL; it may be anything. DuckDB may parse, describe and plan it. Only `requireOneQuery`,
 * `requireOneExpression` and `readType`, which use DuckDB's own parser, make `Sql` of it, which may run.
 */
export type ProjectSql = ProjectText;

export function projectSql(text: string): ProjectSql {
  return new ProjectText(text);
}

class ProjectText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

function textOf(part: SqlPart): string {
  return part instanceof SqlText ? part.text : part.map(({ text }) => text).join(', ');
}

function nonEmptyName(name: string): string {
  if (name !== '') return name;
  throw new UserError({
    code: 'bad-name',
    message: 'a name that becomes part of SQL is empty.',
    fix: 'give every schema, table and column a name',
  });
}

function withoutNul(what: 'name' | 'text', text: string): string {
  if (!text.includes('\u0000')) return text;
  throw new UserError({
    code: 'bad-name',
    message: `the ${what} ${JSON.stringify(text)} holds the character NUL, which SQL cannot hold.`,
    fix: `take the character out of the ${what}`,
  });
}
