import type { NamesFromData } from '../flow.ts';
import { NAMES } from '../plan/local-flow.ts';
import type { QueryNames, QueryTrace, TracedOutput } from '../query-trace.ts';
import { type CarriedColumn, type CarriedLineage, shownFlow, type Upstream } from './carried-flow.ts';
import { carriedFlowKey, rootOf } from './flow-key.ts';
import { followCompared, toldBy } from './follow-comparisons.ts';
import { follow } from './follow-flows.ts';
import { Inputs, itself } from './inputs.ts';

const NOTHING: CarriedLineage = { status: 'traced', columns: [], dataset: [], size: { flows: [], compared: [] } };

/**
 * Takes a model's flows back to the roots, through the flows of its inputs. A model that reads its own table (an
 * incremental one) is taken round until nothing changes.
 */
export function propagate(uniqueId: string, query: QueryTrace, upstream: Upstream): CarriedLineage {
  const columns = query.columns.map(({ name, type }) => ({ name, type, flows: [], compared: [] }));
  let current: CarriedLineage = { ...NOTHING, columns };
  for (;;) {
    const inputs = new Inputs(upstream, uniqueId, current);
    const dataset = follow(uniqueId, undefined, query.dataset, inputs);
    const deciding = new Set(dataset.map(rootOf));
    const next: CarriedLineage = {
      status: 'traced',
      columns: query.columns.map((column) => propagateColumn(uniqueId, column, deciding, inputs, upstream)),
      dataset,
      size: {
        flows: follow(uniqueId, undefined, query.size.flows, inputs),
        compared: followCompared(uniqueId, undefined, query.size, inputs),
      },
      ...followNames(uniqueId, query.names ?? [], inputs),
    };
    if (!readsItself(uniqueId, query) || areSame(next, current)) return next;
    current = next;
  }
}

/** Takes the column names of an unknown model back to the roots that they come from. */
export function propagateNames(
  uniqueId: string,
  names: readonly QueryNames[],
  upstream: Upstream,
): { readonly names?: readonly NamesFromData[] } {
  return followNames(uniqueId, names, new Inputs(upstream, uniqueId, NOTHING));
}

/** Leaves out names into which nothing flows: they are written in the query itself. */
function followNames(
  uniqueId: string,
  names: readonly QueryNames[],
  inputs: Inputs,
): { readonly names?: readonly NamesFromData[] } {
  const followed = names
    .map((named) => ({ ...named, flows: follow(uniqueId, NAMES, named.flows, inputs).map(shownFlow) }))
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
  const followed = follow(uniqueId, name, flows, inputs);
  const all = isOrigin(origin) ? [...followed, itself(origin)] : followed;
  const comparable = followCompared(uniqueId, name, { flows, compared }, inputs);
  return { name, type, flows: [...all, ...toldBy(comparable, all, deciding)], compared: comparable };
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
        .map((flow) => `${carriedFlowKey(flow, flow.isOfOne ?? false)} ${flow.state}`)
        .sort()
        .join('\n'),
    )
    .join('\n\n');
}
