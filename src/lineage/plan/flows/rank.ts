import { type DirectSubtype, STATES, type State } from '../../flow.ts';

/** The one of two states in which less of a value is left. */
export function weaker(a: State, b: State): State {
  return STATES.indexOf(a) > STATES.indexOf(b) ? a : b;
}

/** OpenLineage 1-2-0: of two direct steps on a path the lower rank names the whole. */
export function lowerRank(a: DirectSubtype, b: DirectSubtype): DirectSubtype {
  return RANK.indexOf(a) < RANK.indexOf(b) ? a : b;
}

const RANK: readonly DirectSubtype[] = ['AGGREGATION', 'TRANSFORMATION', 'IDENTITY'];
