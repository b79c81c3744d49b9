import type { Location } from '../location.ts';
import type { QueryNames } from './query-trace.ts';

/**
 * Thrown if the flows of a model are unknown: its plan has something that this version does not follow, or the engine
 * makes no plan. `trace-project.ts` turns it into status `unknown`, which fails the contract.
 */
export class UnknownFlow extends Error {
  readonly reason: string;
  /** Column names from data that the trace found before it stopped. */
  readonly names: readonly QueryNames[];
  /** Place of the cause; absent if the whole model is the cause. */
  readonly location: Location | undefined;
  /** How to mend the cause, as an imperative; absent if the only way is to rewrite the SQL. */
  readonly advice: string | undefined;

  /** @param reason names only, no data: `plan operator LOGICAL_EXTENSION_OPERATOR` */
  constructor(reason: string, names: readonly QueryNames[] = [], location?: Location, advice?: string) {
    super(reason);
    this.name = 'UnknownFlow';
    this.reason = reason;
    this.names = names;
    this.location = location;
    this.advice = advice;
  }
}
