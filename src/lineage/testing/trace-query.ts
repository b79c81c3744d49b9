import { projectSql } from '../../sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type LocalFlow, ROWS } from '../plan/local-flow.ts';
import { readPlan } from '../plan/read-plan.ts';
import { tracePlan } from '../plan/trace-operator.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { flowsOf } from '../plan/value.ts';
import type { Trace, TraceContext } from '../plan/walk.ts';

/** Traces a query over the tables of a test's database, each owned by a node of its own name. */
export async function traceQuery(
  sql: string,
  warehouse: Warehouse,
  marks: TraceContext['marks'] = new Map(),
): Promise<Trace> {
  const answer = await warehouse.plan(projectSql(sql));
  if (!answer.ok) throw new UnknownFlow(`${answer.kind}: ${answer.message}`);
  return tracePlan(readPlan(answer.plans[0]), { ownerOf: ({ name }) => name, marks });
}

export interface Spelled {
  readonly columns: readonly (readonly string[])[];
  readonly rows: readonly string[];
}

/**
 * Flows as short strings: `IDENTITY users.email clear`, `FILTER users.email`; flows from the rows of a table are left
 * out.
 */
export function spell({ columns, rows }: Trace): Spelled {
  return { columns: columns.map(({ value }) => spellFlows(flowsOf(value).values())), rows: spellFlows(rows.values()) };
}

function spellFlows(flows: Iterable<LocalFlow>): readonly string[] {
  const spelled = [...flows].filter(({ source }) => source.column !== ROWS).map(spellFlow);
  return [...new Set(spelled)].sort();
}

function spellFlow({ type, subtype, source, state, masks, equals }: LocalFlow): string {
  const words = [equals ? 'EQUALITY' : subtype, `${source.uniqueId}.${source.column}`];
  if (type === 'DIRECT') words.push(state);
  return [...words, ...masks].join(' ');
}
