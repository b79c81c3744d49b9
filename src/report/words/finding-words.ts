import type { Sentence } from './sentence.ts';

/** The words of a finding for people: the problem, and what to type to mend it. */
export interface FindingWords {
  readonly problem: Sentence;
  readonly fix: Sentence;
}
