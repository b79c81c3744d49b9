/** The words of a finding for people: the problem, and what to type to mend it. */
export interface FindingText {
  readonly problem: string;
  readonly fix: string;
}
