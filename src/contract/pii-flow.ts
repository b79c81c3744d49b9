import type { NodeLineage, RootFlow, State, Step } from '../lineage/flow.ts';
import { nameKey } from '../name.ts';
import type { Classification } from './classify.ts';
import type { PiiColumn } from './finding.ts';
import { compareStates, weakest } from './tier.ts';

/** A flow from a column that is tagged as personal: the root of the traced flow, or any column on its way. */
export interface PiiFlow {
  readonly flow: RootFlow;
  readonly source: PiiColumn;
  /** How much of the tagged column's value the flow still shows, from `clear` to `aggregate`. */
  readonly state: State;
  /** The path from the tagged column. */
  readonly steps: readonly Step[];
}

/**
 * Picks the personal flows among those into one column, or into the rows of a model. A tag counts where it stands: a
 * tagged column of a model is personal whatever happened to the value before, a mask included.
 */
export function piiFlows(flows: readonly RootFlow[], classification: Classification): readonly PiiFlow[] {
  return flows.flatMap((flow) => {
    const { source, steps, state, equals = [] } = flow;
    // The comparison of two personal columns is an ordinary join: it is among the flows into the rows.
    if (equals.some((column) => classification.find(column))) return [];
    const root = classification.find(source);
    const found: PiiFlow[] = root ? [{ flow, source: root, state, steps }] : [];
    for (const [index, { uniqueId, column }] of steps.entries()) {
      const tagged = column === undefined ? undefined : classification.find({ uniqueId, column });
      const rest = steps.slice(index + 1);
      if (tagged) found.push({ flow, source: tagged, state: weakest(rest.map((step) => step.state)), steps: rest });
    }
    return found;
  });
}

/** Picks one flow for each tagged column and kind: the one that leaves most of the value, then the shortest. */
function strongestFlows(flows: readonly PiiFlow[]): readonly PiiFlow[] {
  const best = new Map<string, PiiFlow>();
  for (const candidate of flows) {
    const { source, flow } = candidate;
    const kind = flow.type === 'DIRECT' ? flow.type : flow.equals ? 'EQUALITY' : flow.subtype;
    const key = `${source.uniqueId}\n${nameKey(source.column)}\n${kind}`;
    const present = best.get(key);
    if (!present || isStronger(candidate, present)) best.set(key, candidate);
  }
  return [...best.values()];
}

function isStronger(a: PiiFlow, b: PiiFlow): boolean {
  return (compareStates(a.state, b.state) || a.steps.length - b.steps.length) < 0;
}

/** The personal flows into each column of a model, and into its rows. */
export function modelPiiFlows(
  lineage: Extract<NodeLineage, { status: 'traced' }>,
  classification: Classification,
): {
  readonly columns: readonly { readonly name: string; readonly flows: readonly PiiFlow[] }[];
  readonly rows: readonly PiiFlow[];
} {
  return {
    columns: lineage.columns.map(({ name, flows }) => ({
      name,
      flows: strongestFlows(piiFlows(flows, classification)),
    })),
    rows: strongestFlows(piiFlows(lineage.dataset, classification)),
  };
}

/** The flows of personal values that name columns of a model. A model whose lineage is unknown may have them, too. */
export function namePiiFlows({ names = [] }: NodeLineage, classification: Classification): readonly PiiFlow[] {
  return strongestFlows(names.flatMap(({ flows }) => piiFlows(flows, classification))).filter(
    ({ flow }) => flow.type === 'DIRECT',
  );
}
