import type { Location } from '../../location.ts';
import type { QueryNames } from '../query-trace.ts';

/**
 * Thrown where the flows of a model are unknown: its plan holds something this version does not follow, or there is no
 * plan. `trace-project.ts` turns it into status `unknown`, which fails the contract.
 */
export class UnknownFlow extends Error {
  readonly reason: string;
  /** Column names from data that were found before. */
  readonly names: readonly QueryNames[];
  /** Absent where it is the model as a whole. */
  readonly location: Location | undefined;
  /** Mends this very cause, as an imperative; absent where only the SQL can be rewritten. */
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
