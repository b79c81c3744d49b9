import type { QueryNode } from '../../project/node.ts';
import type { CompiledNode } from '../../project/project.ts';
import { unreachable } from '../../unreachable.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { ColumnRef } from '../flow.ts';
import type { FlowSet } from '../plan/flow-set.ts';
import type { TraceContext } from '../plan/walk.ts';
import { isCopyOf } from './declared-values.ts';
import { type TracedPivots, tracePivots } from './pivot-names.ts';
import { type OpenPivot, withLists } from './pivot-text.ts';

interface Probing {
  /** All values that are declared for columns of the query's inputs: it may say columns by their names. */
  readonly declared: readonly string[];
  /** Keeps every PIVOT as one. */
  readonly session: Warehouse;
  readonly context: TraceContext;
  /** Nobody who writes SQL can know it. */
  readonly nonce: string;
}

/** What PIVOTs turn on that leave their values to the data. */
export interface Probe {
  /** For each, the column of a table that it is, unchanged; `undefined` for anything else. */
  readonly columns: readonly (ColumnRef | undefined)[];
  readonly traced: TracedPivots;
  /** Any name that a PIVOT makes is a value, too. */
  readonly becomeValues: boolean;
  /** The text that was planned. */
  readonly sql: CompiledNode['sql'];
}

/**
 * Gives each open PIVOT a value of its own and looks in the plan for what that is a name of. `undefined` where the
 * engine does not take it so: then nothing is known.
 */
export async function probePivots(
  sql: CompiledNode['sql'],
  open: readonly OpenPivot[],
  probing: Probing,
): Promise<Probe | undefined> {
  return (await probeWith([], sql, open, probing)) ?? (await probeWith(probing.declared, sql, open, probing));
}

async function probeWith(
  others: readonly string[],
  sql: CompiledNode['sql'],
  open: readonly OpenPivot[],
  { session, context, nonce }: Probing,
): Promise<Probe | undefined> {
  const values = open.map((_, index) => `${nonce}_${index}_`);
  const probed = withLists(
    sql,
    open,
    values.map((value) => [value, ...others]),
  );
  const traced = await tracePivots(probed.text, session, context);
  if (!traced) return undefined;
  const columns = open.map(({ position, isQueried }, index) => {
    const pivot = traced.pivots.find(({ names }) => names.some((name) => name.includes(values[index] ?? '')));
    return isQueried ? undefined : copiedColumn(pivot?.on[position]);
  });
  const own = traced.pivots.flatMap(({ names }) => names.filter((name) => name.includes(nonce)));
  const becomeValues = own.some((name) => traced.mentioned.has(name.toLowerCase()));
  return { columns, traced, becomeValues, sql: probed };
}

function copiedColumn(flows: FlowSet | undefined): ColumnRef | undefined {
  const [first, ...others] = flows?.values() ?? [];
  return first && [first, ...others].every(isCopyOf(first.source)) ? first.source : undefined;
}

/** Why what YAML or a type declares is not enough: the built table must show in its columns which values there are. */
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
