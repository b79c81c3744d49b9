/** The words of a finding for people: the problem, and what to type to mend it. */
export interface FindingWords {
  readonly problem: string;
  readonly fix: string;
}
