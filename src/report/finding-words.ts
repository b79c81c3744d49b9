/** What a finding is called for people: the problem, and what to type to mend it. */
export interface FindingText {
  readonly problem: string;
  readonly fix: string;
}
