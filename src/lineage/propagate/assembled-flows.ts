import { nameKey } from '../../name.ts';
import type { ColumnRef, Flow } from '../flow.ts';
import { type CarriedFlow, type compose, summaryOf } from './carried-flow.ts';
import { rootOf } from './flow-key.ts';
import type { Inputs } from './inputs.ts';

type Composed = ReturnType<typeof compose>;

/**
 * Flows into an expression that combines several columns of its inputs. Two of them may carry parts or sums of the same
 * root column.
 */
export class AssembledFlows {
  readonly #flows: readonly Flow[];
  readonly #inputs: Inputs;
  /** Input columns that carry a part of a root column, by the root column. */
  readonly #parts = new Map<string, Set<string>>();
  readonly #summaries = new Map<string, Set<string>>();

  constructor(flows: readonly Flow[], inputs: Inputs) {
    this.#flows = flows;
    this.#inputs = inputs;
    const put = flows.filter(({ assembled, type }) => assembled && type === 'DIRECT');
    if (new Set(put.map(nameOfSource)).size < 2) return;
    for (const flow of put) {
      for (const before of inputs.flowsInto(flow.source)) {
        if (before.type === 'INDIRECT') continue;
        if (before.state === 'partial' || flow.state === 'partial')
          add(this.#parts, rootOf(before), nameOfSource(flow));
        if (before.alone || summaryOf(flow, before)) add(this.#summaries, rootOf(before), nameOfSource(flow));
      }
    }
  }

  /**
   * Raises the state of a flow if the combination may show the whole value: two parts may be all of it, and two sums of
   * which one leaves out a person differ by that person's value.
   */
  strengthen(composed: Composed, flow: Flow, before: CarriedFlow): Composed {
    if (!flow.assembled || composed.type === 'INDIRECT') return composed;
    const isWhole = composed.state === 'partial' && (this.#parts.get(rootOf(before))?.size ?? 0) > 1;
    if (isWhole) return { ...composed, state: 'clear' };
    const isDifference = composed.alone !== undefined && (this.#summaries.get(rootOf(before))?.size ?? 0) > 1;
    return isDifference && composed.alone && this.#leavesOutOneOf(before.source)
      ? { ...composed, state: composed.alone }
      : composed;
  }

  #leavesOutOneOf(root: ColumnRef): boolean {
    return this.#flows.some((flow) =>
      this.#inputs
        .flowsInto(flow.source)
        .some(
          (before) =>
            before.source.uniqueId === root.uniqueId && isChoosing(before, flow) && this.#inputs.isKey(before.source),
        ),
    );
  }
}

function isChoosing(before: CarriedFlow, flow: Flow): boolean {
  const { subtype } = before.type === 'INDIRECT' ? before : flow;
  return subtype === 'FILTER' || subtype === 'CONDITIONAL';
}

function nameOfSource({ source }: Flow): string {
  return `${source.uniqueId}\u0000${nameKey(source.column)}`;
}

function add(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(member));
}
