import type { Lineage, RootFlow } from '../lineage/flow.ts';
import { nameKey } from '../name.ts';

/** A column of a node, or the rows of a node where there is no column. */
export interface LineagePlace {
  readonly uniqueId: string;
  readonly column: string | undefined;
}

/**
 * The places in which two traces of a project differ: columns that only one of them has, or with another type or other
 * flows, and rows that other columns decide over. The text and place of an expression make no difference.
 */
export function lineageDifference(before: Lineage, after: Lineage): readonly LineagePlace[] {
  const [was, is] = [placesOf(before, after), placesOf(after, before)];
  const keys = new Set([...was.keys(), ...is.keys()]);
  return [...keys].flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)];
    const place = old?.place ?? now?.place;
    return place && old?.signature !== now?.signature ? [place] : [];
  });
}

/** Equal for equal places; columns are compared without case. */
export function placeKey({ uniqueId, column }: LineagePlace): string {
  return `${uniqueId}\n${column === undefined ? '' : `.${nameKey(column)}`}`;
}

interface SignedPlace {
  readonly place: LineagePlace;
  readonly signature: string;
}

/** The places of a trace that may differ from the other trace: those of nodes that both share are left out. */
function placesOf({ nodes }: Lineage, other: Lineage): ReadonlyMap<string, SignedPlace> {
  const places = [...nodes].flatMap(([uniqueId, node]): SignedPlace[] => {
    if (other.nodes.get(uniqueId) === node) return [];
    const rows = { uniqueId, column: undefined };
    if (node.status === 'unknown') return [{ place: rows, signature: `unknown: ${node.reason}` }];
    return [
      { place: rows, signature: signatureOf(node.dataset) },
      ...node.columns.map(({ name, type, flows }) => ({
        place: { uniqueId, column: name },
        signature: `${name} ${type}\n${signatureOf(flows)}`,
      })),
    ];
  });
  return new Map(places.map((signed) => [placeKey(signed.place), signed]));
}

function signatureOf(flows: readonly RootFlow[]): string {
  return flows
    .map(({ source, type, subtype, state, masks, steps }) =>
      JSON.stringify([source, type, subtype, state, masks, steps.map(({ uniqueId, column }) => [uniqueId, column])]),
    )
    .sort()
    .join('\n');
}
