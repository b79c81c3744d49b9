import { projectSql } from '../../sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { findWholes } from '../plan/flows/find-wholes.ts';
import { type FlowSet, flowSet } from '../plan/flows/flow-set.ts';
import { type LocalFlow, ROWS, SIZE } from '../plan/flows/local-flow.ts';
import { flowsOf, mapValue } from '../plan/flows/value.ts';
import { readPlan } from '../plan/read/read-plan.ts';
import { tracePlan } from '../plan/trace-operator.ts';
import type { Trace, TraceContext } from '../plan/walk.ts';
import { UnknownFlow } from '../unknown-flow.ts';

/**
 * Traces a query over the tables of a test's database as a project would: each table belongs to a node of its name, and
 * parts that together are a whole value count as that value. Flows from the number of a table's rows are left out: they
 * matter only where a model computes that number from a value.
 */
export async function traceQuery(
  sql: string,
  warehouse: Warehouse,
  marks: TraceContext['marks'] = new Map(),
): Promise<Trace> {
  const answer = await warehouse.plan(projectSql(sql));
  if (!answer.ok) throw new UnknownFlow(`${answer.kind}: ${answer.message}`);
  const { columns, rows } = tracePlan(readPlan(answer.plans[0]), {
    ownerOf: ({ name }) => name,
    pathsOf: () => [],
    marks,
  });
  const isOfWhole = findWholes(columns.map(({ type, value }) => ({ type, flows: flowsOf(value).values() })));
  const ofTables = (flows: FlowSet): readonly LocalFlow[] => [...flows.values()].filter(isOfTable);
  const whole = (flow: LocalFlow): LocalFlow => (isOfWhole(flow) ? { ...flow, state: 'clear' } : flow);
  return {
    columns: columns.map(({ type, value }) => ({
      type,
      value: mapValue(value, (flows) => flowSet(ofTables(flows).map(whole))),
    })),
    rows: flowSet(ofTables(rows)),
  };
}

function isOfTable({ source, part }: LocalFlow): boolean {
  return source.column !== SIZE && part !== 'elements';
}

/** A trace as short strings, sorted: those of each output column, and those of the rows. */
export interface Spelled {
  readonly columns: readonly (readonly string[])[];
  readonly rows: readonly string[];
}

/**
 * A trace with its flows as short strings, such as `IDENTITY users.email clear` and `FILTER users.email`. Flows from the
 * existence of a table's rows are left out.
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
