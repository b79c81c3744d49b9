import { type ProjectSql, projectSql, sql } from '../../sql.ts';
import { byteOffsetToIndex } from '../offset.ts';
import { objectOf, objectsOf, type ParseNode, placeOf, textOf, valueText } from '../parse-sql.ts';
import { SqlError } from '../sql-error.ts';
import type { Warehouse } from '../warehouse.ts';
import {
  EXPRESSION_FUNCTIONS,
  type Judgement,
  refusalOf,
  SHOWN_NAMES,
  SYSTEM_VIEWS,
  TABLE_FUNCTIONS,
} from './judgements.ts';

/** A call that no statement of a project may contain. */
export interface RefusedCall {
  /**
   * Name of a function, as in `write_log()`, or of a view of the engine. It is never a name that the project made up.
   */
  readonly name: string;
  /** The end of the sentence `write_log() is refused: it …`. */
  readonly reason: string;
  /** Place in the text, in UTF-16 units from 0; `undefined` if the parser does not give it. */
  readonly offset: number | undefined;
}

/** The message about a refused call for the user. */
export function refusedCallText({ name, reason }: RefusedCall): string {
  return `${name} is refused: it ${reason}`;
}

/**
 * The first refused call in a text of a project: of a function, of a view of the engine, or of a macro in the
 * warehouse. Every text is checked before it is bound, since binding alone may run a function. The engine itself
 * reports an unknown function and invalid SQL, with a better message.
 */
export async function findRefusedCall(query: ProjectSql, session: Warehouse): Promise<RefusedCall | undefined> {
  const { text } = query;
  const parsed = await session.parse(query);
  if (parsed.ok) {
    const calls = callsIn(parsed.statements);
    const refused = calls.flatMap((call) => judge(call, text));
    return refused.length > 0 ? refused.reduce(first) : findOwn(calls.filter(isUnjudged), text, session);
  }
  // The engine gives no parse tree of statements that write, nor of a PIVOT over the data.
  return parsed.kind === 'not implemented' ? refusedWords(text, await unsafeMacros(session))[0] : undefined;
}

/** @throws {SqlError} with the fact `refused-call`; its message names only functions of the engine */
export async function requireAllowedCalls(query: ProjectSql, session: Warehouse): Promise<void> {
  const refused = await findRefusedCall(query, session);
  if (!refused) return;
  throw new SqlError('permission', refusedCallText(refused), refused.offset, { fact: { is: 'refused-call' } });
}

/** Whether a call is not of a function of the engine: it is of a user's macro, or a mistake. */
function isUnjudged({ kind, name }: Call): boolean {
  return (kind === 'expression' && !EXPRESSION_FUNCTIONS.has(name)) || (kind === 'table' && !TABLE_FUNCTIONS.has(name));
}

async function findOwn(calls: readonly Call[], text: string, session: Warehouse): Promise<RefusedCall | undefined> {
  if (calls.length === 0) return undefined;
  const unsafe = await unsafeMacros(session);
  const call = calls.find(({ name }) => unsafe.has(name));
  return call && { ...OWN, offset: indexOf(call, text) };
}

const OWN = {
  name: 'a macro of the warehouse',
  reason: 'calls what no SQL of a project may call',
} as const;

/**
 * Names of the user's macros that contain a refused call, directly or through other macros, in lower case. Of several
 * macros with one name, one with a refused call is enough.
 */
export async function unsafeMacros(session: Warehouse): Promise<ReadonlySet<string>> {
  const rows = await session.rows(
    sql`select lower(function_name) as name, function_type as type, macro_definition as body
      from system.main.duckdb_functions() where not internal`,
  );
  const callees = new Map<string, Set<string>>();
  const unsafe = new Set<string>();
  for (const { name, type, body } of rows) {
    const key = String(name);
    const calls = typeof body === 'string' ? await callsOfMacro(body, type, session) : undefined;
    if (!calls || calls.some((call) => reasonAgainst(call) !== undefined)) unsafe.add(key);
    callees.set(
      key,
      new Set([...(callees.get(key) ?? []), ...(calls ?? []).filter(isUnjudged).map((call) => call.name)]),
    );
  }
  // A macro that calls an unsafe macro is unsafe as well.
  for (let before = -1; before < unsafe.size; ) {
    before = unsafe.size;
    for (const [name, others] of callees) if ([...others].some((other) => unsafe.has(other))) unsafe.add(name);
  }
  return unsafe;
}

async function callsOfMacro(body: string, type: unknown, session: Warehouse): Promise<readonly Call[] | undefined> {
  const parsed = await session.parse(projectSql(type === 'table_macro' ? body : `select ${body}`));
  return parsed.ok ? callsIn(parsed.statements) : undefined;
}

type Call =
  | { readonly kind: 'expression' | 'table'; readonly name: string; readonly node: ParseNode }
  | { readonly kind: 'view' | 'show' | 'state'; readonly name: string; readonly node: ParseNode };

/** All calls in the statements. The schema of a name does not count, since in `a.lower()` it is a column. */
function callsIn(statements: readonly ParseNode[]): readonly Call[] {
  const calls: Call[] = [];
  const visit = (value: unknown, isTable: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, false);
    const node = objectOf(value);
    if (!node) return;
    calls.push(...callsAt(node, isTable));
    const isTableFunction = node['type'] === 'TABLE_FUNCTION';
    for (const key in node) visit(node[key], isTableFunction && key === 'function');
  };
  visit(statements, false);
  return calls;
}

function callsAt(node: ParseNode, isTable: boolean): readonly Call[] {
  const { function_name: name, table_name: table } = node;
  const calls: Call[] = [];
  if (typeof name === 'string') calls.push({ kind: isTable ? 'table' : 'expression', name: name.toLowerCase(), node });
  // The state of an aggregate contains its values, and an invented state can crash the process.
  if (node['export_state'] === true) calls.push({ kind: 'state', name: 'EXPORT_STATE', node });
  if (typeof table !== 'string') return calls;
  if (node['type'] === 'BASE_TABLE') calls.push({ kind: 'view', name: viewName(node, table), node });
  if (node['show_type'] === 'SHOW_UNQUALIFIED') calls.push({ kind: 'show', name: table, node });
  return calls;
}

function viewName(node: ParseNode, table: string): string {
  const schema = textOf(node['schema_name']).toLowerCase();
  const name = table.toLowerCase();
  return schema === 'information_schema' ? `${schema}.${name}` : name;
}

function judge(call: Call, text: string): readonly RefusedCall[] {
  const reason = reasonAgainst(call);
  if (reason === undefined) return [];
  const name = call.kind === 'expression' || call.kind === 'table' ? `${call.name}()` : (SHOWN[call.kind] ?? call.name);
  return [{ name, reason, offset: indexOf(call, text) }];
}

const SHOWN: { readonly [kind in Call['kind']]?: string } = { show: 'SHOW', state: 'EXPORT_STATE' };

function reasonAgainst(call: Call): string | undefined {
  switch (call.kind) {
    case 'expression':
      return reasonOf(EXPRESSION_FUNCTIONS.get(call.name)) ?? reasonAgainstNamed(call.node);
    case 'table':
      return reasonOf(TABLE_FUNCTIONS.get(call.name));
    case 'view':
      return reasonOf(SYSTEM_VIEWS.get(call.name));
    case 'show':
      return SHOWN_NAMES.has(call.name) ? undefined : refusalOf('settings');
    case 'state':
      return refusalOf('internal');
  }
}

function reasonOf(judgement: Judgement | undefined): string | undefined {
  return judgement && refusalOf(judgement);
}

/** Functions that run the aggregate whose name is a text argument. */
const AGGREGATING: ReadonlySet<unknown> = new Set([
  'aggregate',
  'array_aggr',
  'array_aggregate',
  'list_aggr',
  'list_aggregate',
]);

function reasonAgainstNamed({ function_name: name, children }: ParseNode): string | undefined {
  if (!AGGREGATING.has(textOf(name).toLowerCase())) return undefined;
  const named = plainText(objectsOf(children)[1]);
  if (named === undefined) return 'must name its aggregate as one plain text';
  return reasonOf(EXPRESSION_FUNCTIONS.get(named.toLowerCase()));
}

function plainText(expression: ParseNode | undefined): string | undefined {
  const text = objectOf(expression?.['value'])?.['value'];
  return typeof text === 'string' ? valueText(text) : undefined;
}

function indexOf({ node }: Call, text: string): number | undefined {
  const index = byteOffsetToIndex(text, placeOf(node));
  return index < text.length ? index : undefined;
}

function first(a: RefusedCall, b: RefusedCall): RefusedCall {
  return (b.offset ?? Number.POSITIVE_INFINITY) < (a.offset ?? Number.POSITIVE_INFINITY) ? b : a;
}

/**
 * Names of the user's macros in the file or the session, in lower case. The query names `duckdb_functions` with its
 * schema, since a macro may have that name.
 */
export async function userMacros(session: Warehouse): Promise<ReadonlySet<string>> {
  const rows = await session.rows(
    sql`select distinct function_name as name from system.main.duckdb_functions() where not internal`,
  );
  return new Set(rows.map(({ name }) => String(name).toLowerCase()));
}

/**
 * Finds refused words in a text without a parse tree. A name counts wherever it looks like a call, also in comments and
 * text literals. So no trick with comments or quotes can hide a call.
 *
 * @param own names of the user's macros to refuse, in lower case
 */
export function refusedWords(text: string, own: ReadonlySet<string>): readonly RefusedCall[] {
  const lower = text.toLowerCase();
  const macros = [...own].filter((name) => lower.includes(name)).map(() => ({ ...OWN, offset: undefined }));
  const words = [...text.matchAll(WORD)].flatMap(({ 0: word, index }): readonly RefusedCall[] => {
    const isCall = /^"?\s*(\(|--|\/\*)/.test(text.slice(index + word.length));
    const refused = refusedWord(word.toLowerCase(), isCall);
    return refused ? [{ ...refused, offset: index }] : [];
  });
  return [...macros, ...words];
}

const WORD = /[\p{L}\p{N}_$]+/gu;

function refusedWord(word: string, isCall: boolean): Pick<RefusedCall, 'name' | 'reason'> | undefined {
  const function_ = isCall ? (reasonOf(EXPRESSION_FUNCTIONS.get(word)) ?? reasonOfTable(word)) : undefined;
  if (function_ !== undefined) return { name: `${word}()`, reason: function_ };
  const reason = reasonOf(SYSTEM_VIEWS.get(word) ?? OTHER_WORDS.get(word));
  return reason === undefined ? undefined : { name: word, reason };
}

/** Refused words that need no bracket behind them: `SHOW …`, the schema of a view, an aggregate that a text names. */
const OTHER_WORDS: ReadonlyMap<string, Judgement> = new Map([
  ['information_schema', 'texts'],
  ['show', 'settings'],
  ['export_state', 'internal'],
  ['sum_no_overflow', 'internal'],
]);

/**
 * A word that is also the name of an expression function is not refused as a table function: it is most likely the
 * former.
 */
function reasonOfTable(word: string): string | undefined {
  return EXPRESSION_FUNCTIONS.has(word) ? undefined : reasonOf(TABLE_FUNCTIONS.get(word));
}
