import { type Answers, type BuiltText, noAnswers, rememberingAdapter } from '../../project/context/answers.ts';
import type { QueryNode } from '../../project/node.ts';
import type { Adapter, CompiledNode, StandIns } from '../../project/project.ts';
import { snapshotExpressions } from '../../project/snapshots/snapshot-expressions.ts';
import { firstSnapshot, laterSnapshot } from '../../project/snapshots/snapshot-query.ts';
import type { Sql } from '../../sql.ts';
import { unreachable } from '../../unreachable.ts';
import { readExpression } from '../../warehouse/one-expression.ts';
import { ownWords, SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import type { MaskMarker } from './mask-marker.ts';
import type { QueryContext } from './query-context.ts';
import type { TemplateAnswer } from './template-answer.ts';

/**
 * The run that a query is for. `first` creates the table of its node, `later` adds to the existing table.
 * `first-elsewhere` creates the table in a warehouse with other relations.
 */
export type RunKind = 'first' | 'first-elsewhere' | 'later';

export interface RenderedQuery {
  readonly sql: CompiledNode['sql'];
  readonly variablesRead: CompiledNode['variablesRead'];
  /** Queries that the template ran, with their rows, in order. */
  readonly answers: readonly TemplateAnswer[];
}

/**
 * Renders a node for the trace: ephemeral models stay names of tables, and a snapshot becomes one query over its table.
 *
 * @param marker marks the output of masks; without one, the text is the plain one that runs
 * @param standIns values in place of those of some variables, for a comparison: such a text never runs
 * @throws {UserError} for a mistake in the template
 * @throws {UnknownFlow} if the template reads rows and there is no warehouse
 */
export async function renderQuery(
  node: QueryNode,
  run: RunKind,
  marker: MaskMarker | undefined,
  context: QueryContext,
  standIns?: StandIns,
): Promise<RenderedQuery> {
  const answers: TemplateAnswer[] = [];
  const refusals: UnknownFlow[] = [];
  const answering = rememberingAdapter(builtAnswers(node, context), context.adapter);
  const adapter = recordingAdapter(context.world?.over(answering) ?? answering, {
    onAnswer: (answer) => {
      // Without a warehouse, only constant queries get an answer: no error can quote a row.
      if (!context.answersRows) return;
      context.ledger.rowReaders.add(node.uniqueId);
      answers.push(answer);
    },
    onRefusal: (refusal) => refusals.push(refusal),
  });
  try {
    const { sql, parts, variablesRead } = await context.project.compile(node, {
      adapter,
      incremental: run === 'later',
      ephemeral: 'named',
      ...(marker && { wrapMacro: marker.wrap }),
      ...(standIns && { standIns }),
    });
    if (!marker?.isUsed && !standIns) noteText(node, parts, context);
    return { sql: await queryOf(node, run, sql, context), variablesRead, answers };
  } catch (cause) {
    // The template engine may wrap the error of the adapter, whose own reason says more.
    throw refusals.at(-1) ?? cause;
  }
}

/**
 * Checks that the text which the build ran is one of the traced texts. A template may print another text now: the time
 * or the tables have changed.
 *
 * @throws {UnknownFlow} if the text of the build is not one of the traced texts
 */
export function requireBuiltText({ uniqueId }: QueryNode, { built, ledger }: QueryContext): void {
  const traced = ledger.texts.get(uniqueId);
  if (builtWith(uniqueId, built).every(({ parts }) => traced?.has(parts.get(uniqueId) ?? ''))) return;
  throw new UnknownFlow('it was built with another text than its template gives now');
}

async function queryOf(
  node: QueryNode,
  run: RunKind,
  sql: CompiledNode['sql'],
  { shadow }: QueryContext,
): Promise<CompiledNode['sql']> {
  switch (node.resourceType) {
    case 'model':
      return sql;
    case 'snapshot': {
      const settings = await snapshotExpressions(node, (text) => readAllowed(text, shadow.warehouse));
      return run !== 'later'
        ? firstSnapshot(settings, sql)
        : laterSnapshot(node, settings, sql, shadow.columnsOf(node.uniqueId) ?? []);
    }
    default:
      return unreachable(node);
  }
}

/** @throws {UnknownFlow} for an expression with a call that no SQL of a project may hold */
async function readAllowed(text: string, warehouse: Warehouse): Promise<Sql | undefined> {
  try {
    return await readExpression(text, warehouse);
  } catch (cause) {
    const words = cause instanceof SqlError ? ownWords(cause) : undefined;
    if (words === undefined) throw cause;
    throw new UnknownFlow(words);
  }
}

function noteText({ uniqueId }: QueryNode, parts: CompiledNode['parts'], { ledger }: QueryContext): void {
  const texts = ledger.texts.get(uniqueId) ?? new Set();
  ledger.texts.set(uniqueId, texts.add(parts.get(uniqueId) ?? ''));
}

/** Answers that a node's template got during the build, also inside of the nodes that inline it. */
function builtAnswers({ uniqueId }: QueryNode, { built }: QueryContext): Answers {
  const all = noAnswers();
  for (const { answers } of builtWith(uniqueId, built)) {
    for (const [key, answer] of answers.queries) all.queries.set(key, answer);
    for (const [key, answer] of answers.types) all.types.set(key, answer);
    for (const [key, answer] of answers.columns) all.columns.set(key, answer);
  }
  return all;
}

/**
 * Built texts that contain a node's own text: that of the node itself, and those of the nodes that inline it if it is
 * ephemeral.
 */
function builtWith(uniqueId: string, built: QueryContext['built']): readonly BuiltText[] {
  return [...built.values()].filter(({ parts }) => parts.has(uniqueId));
}

interface Recorder {
  readonly onAnswer: (answer: TemplateAnswer) => void;
  readonly onRefusal: (refusal: UnknownFlow) => void;
}

function recordingAdapter(adapter: Adapter, { onAnswer, onRefusal }: Recorder): Adapter {
  return {
    ...adapter,
    query: async (sql) => {
      try {
        const result = await adapter.query(sql);
        onAnswer({ sql, result });
        return result;
      } catch (cause) {
        if (cause instanceof UnknownFlow) onRefusal(cause);
        throw cause;
      }
    },
  };
}
