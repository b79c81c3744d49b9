import { nameKey } from '../../name.ts';
import type { QueryNode } from '../../project/node.ts';
import type { CompiledNode } from '../../project/project.ts';
import { projectSql } from '../../sql.ts';
import { unreachable } from '../../unreachable.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { ColumnRef } from '../flow.ts';
import type { FlowSet } from '../plan/flow-set.ts';
import type { TraceContext } from '../plan/walk.ts';
import { isCopyOf } from './declared-values.ts';
import { type TracedPivots, tracePivots } from './pivot-names.ts';
import { type OpenPivot, withLists } from './pivot-text.ts';

interface ProbeOptions {
  /** All values that are declared for columns of the query's inputs: the query may name the PIVOT's columns by them. */
  readonly declared: readonly string[];
  /** A session whose plans keep every PIVOT as one operator. */
  readonly session: Warehouse;
  readonly context: TraceContext;
  /** Letters and digits that nobody who writes SQL can know. */
  readonly nonce: string;
}

/** Expressions that the open PIVOTs of a query turn on. */
export interface Probe {
  /** Columns by open PIVOT: the column of a table whose unchanged values it takes; `undefined` for anything else. */
  readonly columns: readonly (ColumnRef | undefined)[];
  readonly traced: TracedPivots;
  /** Whether a name that a PIVOT makes is also a value. */
  readonly becomeValues: boolean;
  /** The text that was planned, with a value in each open PIVOT. */
  readonly sql: CompiledNode['sql'];
}

/**
 * Gives each open PIVOT a value that nothing else has, and looks in the plan for what flows into the column of that
 * name. `undefined` where the engine cannot plan the query so.
 */
export async function probePivots(
  sql: CompiledNode['sql'],
  open: readonly OpenPivot[],
  options: ProbeOptions,
): Promise<Probe | undefined> {
  return (await probeWith([], sql, open, options)) ?? (await probeWith(options.declared, sql, open, options));
}

async function probeWith(
  others: readonly string[],
  sql: CompiledNode['sql'],
  open: readonly OpenPivot[],
  { session, context, nonce }: ProbeOptions,
): Promise<Probe | undefined> {
  const values = open.map((_, index) => `${nonce}_${index}_`);
  const probed = withLists(
    sql,
    open,
    values.map((value) => [value, ...others]),
  );
  const traced = await tracePivots(projectSql(probed.text), session, context);
  if (!traced) return undefined;
  const columns = open.map(({ position, isQueried }, index) => {
    const pivot = traced.pivots.find(({ names }) => names.some((name) => name.includes(values[index] ?? '')));
    return isQueried ? undefined : copiedColumn(pivot?.on[position]);
  });
  const own = traced.pivots.flatMap(({ names }) => names.filter((name) => name.includes(nonce)));
  const becomeValues = own.some((name) => traced.mentioned.has(nameKey(name)));
  return { columns, traced, becomeValues, sql: probed };
}

function copiedColumn(flows: FlowSet | undefined): ColumnRef | undefined {
  const [first, ...others] = flows?.values() ?? [];
  return first && [first, ...others].every(isCopyOf(first.source)) ? first.source : undefined;
}

/**
 * Why declared values are not enough; `undefined` where they are. The columns of a built table must show which values
 * there are.
 */
export function refusedDeclaration(node: QueryNode, { becomeValues }: Probe): string | undefined {
  if (!isBuiltTable(node)) {
    return `a PIVOT whose columns depend on the data, in what is no table; list the values: PIVOT … ON … IN ('a', 'b')`;
  }
  return becomeValues
    ? `a PIVOT whose columns depend on the data and become values (UNPIVOT, a whole row); list the values: PIVOT … ON … IN ('a', 'b')`
    : undefined;
}

/** A snapshot's table has columns of its own besides those of its query. */
function isBuiltTable(node: QueryNode): boolean {
  switch (node.resourceType) {
    case 'model':
      return node.config.materialized === 'table' || node.config.materialized === 'incremental';
    case 'snapshot':
      return false;
    default:
      return unreachable(node);
  }
}
