import type { Report } from '../report.ts';
import type { Review } from '../review.ts';

/** The report that is shown, and the review it is shown in. */
export interface ShownReport {
  readonly report: Report;
  readonly review: Review | undefined;
}
