import { nameKey } from '../../name.ts';
import type { QueryNode } from '../../project/node.ts';
import type { CompiledNode } from '../../project/project.ts';
import { projectSql } from '../../sql.ts';
import { unreachable } from '../../unreachable.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { ColumnRef } from '../flow.ts';
import type { FlowSet } from '../plan/flows/flow-set.ts';
import type { TraceContext } from '../plan/walk.ts';
import { isCopyOf } from './declared-values.ts';
import { type TracedPivots, tracePivots } from './pivot-names.ts';
import { type OpenPivot, withLists } from './pivot-text.ts';

interface ProbeOptions {
  /** Declared values of all columns of the query's inputs. The query may use them as names of the PIVOT's columns. */
  readonly declared: readonly string[];
  /** A session whose plans keep every PIVOT as one operator. */
  readonly session: Warehouse;
  readonly context: TraceContext;
  /** Random letters and digits: no SQL of the project can contain them. */
  readonly nonce: string;
}

/** The findings of one plan about the open PIVOTs of a query and the expressions that they turn on. */
export interface Probe {
  /** For each open PIVOT, the table column whose unchanged values it turns on; `undefined` for any other expression. */
  readonly columns: readonly (ColumnRef | undefined)[];
  readonly traced: TracedPivots;
  /** Whether a column name that a PIVOT makes also becomes a value. */
  readonly becomeValues: boolean;
  /** The planned text: each open PIVOT has a list with one made-up value. */
  readonly sql: CompiledNode['sql'];
}

/**
 * Plans the query with one unique made-up value in each open PIVOT, and reads from the plan what flows into the column
 * of that name. `undefined` if the engine cannot plan the query with such a list.
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
 * Reason why declared values do not prove the columns of a PIVOT; `undefined` if they do. The columns of the built
 * table must show which values the data has.
 */
export function refusedDeclaration(node: QueryNode, { becomeValues }: Probe): string | undefined {
  if (!isBuiltTable(node)) {
    return `a PIVOT whose columns depend on the data, in a model that is not a table; list the values: PIVOT … ON … IN ('a', 'b')`;
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
