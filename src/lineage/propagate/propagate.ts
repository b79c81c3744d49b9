import type { NamesFromData } from '../flow.ts';
import { NAMES } from '../plan/flows/local-flow.ts';
import type { QueryNames, QueryTrace, TracedOutput } from '../query-trace.ts';
import { type CarriedColumn, type CarriedLineage, toRootFlow, type Upstream } from './carried-flow.ts';
import { carriedFlowKey, rootOf } from './flow-key.ts';
import { followCompared, revealingComparisons } from './follow-comparisons.ts';
import { followFlows } from './follow-flows.ts';
import { Inputs, rootValue } from './inputs.ts';

const EMPTY_LINEAGE: CarriedLineage = { status: 'traced', columns: [], dataset: [], size: { flows: [], compared: [] } };

/**
 * Lineage of a model from the root columns: the flows of its query, extended by the flows into its inputs. For a model
 * that reads its own table (an incremental one) it repeats until nothing changes.
 */
export function propagate(uniqueId: string, query: QueryTrace, upstream: Upstream): CarriedLineage {
  const columns = query.columns.map(({ name, type }) => ({ name, type, flows: [], compared: [] }));
  let current: CarriedLineage = { ...EMPTY_LINEAGE, columns };
  for (;;) {
    const inputs = new Inputs(upstream, uniqueId, current);
    const dataset = followFlows(uniqueId, undefined, query.dataset, inputs);
    const deciding = new Set(dataset.map(rootOf));
    const next: CarriedLineage = {
      status: 'traced',
      columns: query.columns.map((column) => propagateColumn(uniqueId, column, deciding, inputs, upstream)),
      dataset,
      size: {
        flows: followFlows(uniqueId, undefined, query.size.flows, inputs),
        compared: followCompared(uniqueId, undefined, query.size, inputs),
      },
      ...followNames(uniqueId, query.names ?? [], inputs),
    };
    if (!readsItself(uniqueId, query) || areSame(next, current)) return next;
    current = next;
  }
}

/** Root columns that the column names of an unknown model come from. */
export function propagateNames(
  uniqueId: string,
  names: readonly QueryNames[],
  upstream: Upstream,
): { readonly names?: readonly NamesFromData[] } {
  return followNames(uniqueId, names, new Inputs(upstream, uniqueId, EMPTY_LINEAGE));
}

/**
 * Column names from data, with flows from the root columns. Leaves out names into which nothing flows: the query itself
 * writes them.
 */
function followNames(
  uniqueId: string,
  names: readonly QueryNames[],
  inputs: Inputs,
): { readonly names?: readonly NamesFromData[] } {
  const followed = names
    .map((named) => ({ ...named, flows: followFlows(uniqueId, NAMES, named.flows, inputs).map(toRootFlow) }))
    .filter(({ flows }) => flows.length > 0);
  return followed.length > 0 ? { names: followed } : {};
}

function propagateColumn(
  uniqueId: string,
  { name, type, flows, compared }: TracedOutput,
  deciding: ReadonlySet<string>,
  inputs: Inputs,
  { isOrigin }: Upstream,
): CarriedColumn {
  const origin = { uniqueId, column: name };
  const followed = followFlows(uniqueId, name, flows, inputs);
  const all = isOrigin(origin) ? [...followed, rootValue(origin)] : followed;
  const comparable = followCompared(uniqueId, name, { flows, compared }, inputs);
  return { name, type, flows: [...all, ...revealingComparisons(comparable, all, deciding)], compared: comparable };
}

function readsItself(uniqueId: string, { columns, dataset, size, names = [] }: QueryTrace): boolean {
  return [dataset, size.flows, ...[...columns, ...names].map(({ flows }) => flows)].some((flows) =>
    flows.some(({ source }) => source.uniqueId === uniqueId),
  );
}

function areSame(a: CarriedLineage, b: CarriedLineage): boolean {
  return signature(a) === signature(b);
}

function signature({ columns, dataset, size }: CarriedLineage): string {
  const flows = [dataset, ...[size, ...columns].flatMap((into) => [into.flows, into.compared])];
  return flows
    .map((into) =>
      into
        .map((flow) => `${carriedFlowKey(flow, flow.source, flow.isOfOne ?? false)} ${flow.state}`)
        .sort()
        .join('\n'),
    )
    .join('\n\n');
}
