import { projectSql } from '../../sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { findWholes } from '../plan/find-wholes.ts';
import { type FlowSet, flowSet } from '../plan/flow-set.ts';
import { type LocalFlow, ROWS, SIZE } from '../plan/local-flow.ts';
import { readPlan } from '../plan/read-plan.ts';
import { tracePlan } from '../plan/trace-operator.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { flowsOf, mapValue } from '../plan/value.ts';
import type { Trace, TraceContext } from '../plan/walk.ts';

/**
 * Traces a query over the tables of a test's database, each owned by a node of its own name, as a whole project: parts
 * that are all of a value are that value, and no model before it made the number of a table's rows.
 */
export async function traceQuery(
  sql: string,
  warehouse: Warehouse,
  marks: TraceContext['marks'] = new Map(),
): Promise<Trace> {
  const answer = await warehouse.plan(projectSql(sql));
  if (!answer.ok) throw new UnknownFlow(`${answer.kind}: ${answer.message}`);
  const { columns, rows } = tracePlan(readPlan(answer.plans[0]), { ownerOf: ({ name }) => name, marks });
  const isOfWhole = findWholes(columns.map(({ type, value }) => ({ type, flows: flowsOf(value).values() })));
  const known = (flows: FlowSet): readonly LocalFlow[] => [...flows.values()].filter(isOfTable);
  const whole = (flow: LocalFlow): LocalFlow => (isOfWhole(flow) ? { ...flow, state: 'clear' } : flow);
  return {
    columns: columns.map(({ type, value }) => ({
      type,
      value: mapValue(value, (flows) => flowSet(known(flows).map(whole))),
    })),
    rows: flowSet(known(rows)),
  };
}

function isOfTable({ source, part }: LocalFlow): boolean {
  return source.column !== SIZE && part !== 'elements';
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
