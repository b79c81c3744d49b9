import type { QueryNames } from '../query-trace.ts';

/**
 * Nothing can be said about a model: its plan holds what this version does not follow, or there is no plan.
 * Thrown deep in a walk; `trace-project.ts` turns it into status `unknown`, which fails the contract.
 */
export class UnknownFlow extends Error {
  readonly reason: string;
  /** What is known nevertheless of whom the data names columns by. */
  readonly names: readonly QueryNames[];

  /** @param reason names only, no data: `plan operator LOGICAL_EXTENSION_OPERATOR` */
  constructor(reason: string, names: readonly QueryNames[] = []) {
    super(reason);
    this.name = 'UnknownFlow';
    this.reason = reason;
    this.names = names;
  }
}
