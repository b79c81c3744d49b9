import type { Location } from '../../location.ts';
import { nameKey } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { QueryNode } from '../../project/node.ts';
import type { CompiledNode } from '../../project/project.ts';
import { projectSql } from '../../sql.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { REFUSALS } from '../../warehouse/functions/judgements.ts';
import { findRefusedCall, refusedCallText } from '../../warehouse/functions/refused-call.ts';
import { SqlError, type SqlErrorFact, type SqlErrorKind } from '../../warehouse/sql-error.ts';
import type { PlanAnswer } from '../../warehouse/warehouse.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import type { QueryContext } from './query-context.ts';

/**
 * Kinds of engine errors that are mistakes in the SQL. Any other kind only says that the engine cannot plan the
 * statement over empty tables.
 */
const MISTAKES: ReadonlySet<SqlErrorKind> = new Set<SqlErrorKind>([
  'parser',
  'syntax',
  'binder',
  'catalog',
  'conversion',
  'mismatch type',
  'invalid type',
  'out of range',
]);

/** Why a PIVOT without a list of values is unknown. */
export const PIVOT_OVER_DATA =
  "a PIVOT whose columns depend on the data; list the values: PIVOT … ON … IN ('a', 'b'), or declare them by accepted_values";

/**
 * Refuses calls that no statement of a project may hold. It must run before a text is bound: binding alone may run a
 * function, and a plan does not show every call.
 *
 * @throws {UnknownFlow} at the first call that no statement of a project may hold
 */
export async function requireAllowed(
  sql: CompiledNode['sql'],
  { shadow }: Pick<QueryContext, 'shadow'>,
): Promise<void> {
  const refused = await findRefusedCall(projectSql(sql.text), shadow.warehouse);
  if (!refused) return;
  const location = refused.offset === undefined ? undefined : sql.origin(refused.offset).location;
  const advice = refused.reason === REFUSALS.files ? FILES_ADVICE : undefined;
  throw new UnknownFlow(refusedCallText(refused), [], location, advice);
}

const FILES_ADVICE =
  'declare the files as a source with external_location, mark its personal columns, and read it with source()';

/**
 * The error for a text that the engine cannot plan: a mistake of the user at its place in the template, or an unknown
 * flow.
 */
export function refusedQuery(
  node: QueryNode,
  sql: CompiledNode['sql'],
  { kind, message, offset, fact }: Extract<PlanAnswer, { ok: false }>,
  { shadow, otherTables, project }: Pick<QueryContext, 'shadow' | 'otherTables' | 'project'>,
): UserError | UnknownFlow {
  if (fact?.is === 'several-statements') return new UnknownFlow(PIVOT_OVER_DATA);
  if (fact?.is === 'missing-table' && otherTables.has(nameKey(fact.name))) {
    const reason = `it reads the table ${fact.name} of the warehouse, which no source names`;
    return new UnknownFlow(reason, [], undefined, `declare ${fact.name} as a source, and mark its personal columns`);
  }
  if (!MISTAKES.has(kind)) {
    return new UnknownFlow(`the engine cannot plan it without running it (${kind}: ${oneLine(message)})`);
  }
  const origin = sql.origin(offset ?? 0);
  const calls = origin.calls.map(calledAt);
  return new UserError({
    code: `sql-${kind}`,
    message: `${node.name}: ${sentence(message, fact, shadow.tableNames())}`,
    location: offset === undefined ? node.location : origin.location,
    ...(calls.length > 0 && { detail: calls.join('\n') }),
    fix: fixOf(node, message, fact, project),
  });
}

/** The fix of a statement that the engine refuses. Often its SQL is right, and a table or column is not declared. */
function fixOf(
  { dependsOn }: QueryNode,
  message: string,
  fact: SqlErrorFact | undefined,
  { sources }: QueryContext['project'],
): string {
  if (fact?.is === 'missing-table') {
    return `Correct the name, or declare ${fact.name} as a source with the data_type of each column, or give the file that has it as --warehouse.`;
  }
  const typed = dependsOn.nodes.flatMap((uniqueId) => {
    const source = sources.get(uniqueId);
    const isTyped = source && [...source.columns.values()].some(({ dataType }) => dataType !== undefined);
    return isTyped ? [`source('${source.sourceName}', '${source.name}')`] : [];
  });
  if (typed.length > 0 && message.startsWith('Referenced column')) {
    return `Correct the name of the column, or declare it with its data_type: ${typed.join(', ')} may have more columns than its YAML says.`;
  }
  return 'Correct the SQL; `fenceline compile` shows it as the engine sees it.';
}

export function notOneQuery(node: QueryNode, count: number): Mistake {
  return {
    code: 'not-one-query',
    message: count === 0 ? `${node.name} has no SQL` : `${node.name} has ${count} statements; a model is one query`,
    location: node.location,
    fix: 'Leave one SELECT in the model, and remove the other statements.',
  };
}

/**
 * Turns the engine's refusal to make a table of a planned query into an unknown flow: that is a limit of the shadow
 * schema, and no mistake of the user.
 */
export async function unknownWhereRefused<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof SqlError)
      throw new UnknownFlow(`the engine cannot make a table of it (${cause.kind}: ${oneLine(cause.message)})`);
    throw cause;
  }
}

function sentence(message: string, fact: SqlErrorFact | undefined, tables: readonly string[]): string {
  if (fact?.is !== 'missing-table') return oneLine(message);
  return `table ${fact.name} does not exist.${didYouMean(fact.name, tables)}`;
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').trim();
}

function calledAt({ file, line, column }: Location): string {
  return `  called at ${file}:${line}:${column}`;
}
