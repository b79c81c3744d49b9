import { type FlowSet, flowSet, mapFlows } from './flow-set.ts';
import { ROWS } from './local-flow.ts';
import { weaker } from './rank.ts';

/**
 * Flows of values that set a size, such as a number of rows: the length or the count of the result is that value again.
 */
export function sizeFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.type === 'INDIRECT' || flow.part === 'elements' ? flow : { ...flow, part: 'size' },
  );
}

/** Flows of pieces of a text, a different piece in each row: all rows together have the whole text. */
export function pieceFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.type === 'INDIRECT' || flow.part ? flow : { ...flow, part: 'pieces' }));
}

/** Flows of the number of pieces that a text is split into: a part of the text, which sets a number of rows. */
export function piecesIn(flows: FlowSet): FlowSet {
  const pieces = [...flows.values()].filter(({ type, part }) => type === 'DIRECT' && part === 'pieces');
  return flowSet(pieces.map((flow) => ({ ...flow, part: 'size', state: weaker(flow.state, 'partial') })));
}

/** Flows of the values that decide how often a recursion goes on, and so how many rows it makes. */
export function roundsIn(rows: FlowSet): FlowSet {
  const filters = [...rows.values()].filter(
    ({ subtype, source, part }) => subtype === 'FILTER' && source.column !== ROWS && part === undefined,
  );
  return flowSet(
    filters.map(({ source, state, masks, offset }) => {
      return { type: 'DIRECT', subtype: 'TRANSFORMATION', source, state, masks, offset, part: 'size' };
    }),
  );
}
