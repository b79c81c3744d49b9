import { EnvironmentError } from '../environment-error.ts';
import { codeSpan, fencedBlock } from '../report/escape.ts';
import { commitLink } from '../report/formats/links.ts';
import type { Review } from '../report/review.ts';
import { type Mistake, mistakeText, UserError } from '../user-error.ts';
import { visibleLines } from './log.ts';

/** The reason why there is no verdict. */
export interface Failure {
  /** The reason in one sentence, for the error of the step. */
  readonly sentence: string;
  /** The whole message, as plain text. */
  readonly text: string;
  readonly mistakes: readonly Mistake[];
}

/** Describes an error. Of an unexpected one only the kind is shown, since its message may quote data. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UserError) {
    const { mistakes } = error;
    const [first] = mistakes;
    const text = mistakes.map(mistakeText).join('\n');
    if (first === undefined || mistakes.length > 1) {
      return { sentence: `Fenceline could not decide: ${mistakes.length} mistakes, listed above`, text, mistakes };
    }
    return { sentence: `Fenceline could not decide: ${first.message}`, text, mistakes };
  }
  if (error instanceof EnvironmentError) {
    const text = `${error.message}\n  fix: ${error.fix}`;
    return { sentence: `Fenceline could not decide: ${error.message}`, text, mistakes: [] };
  }
  const isOurs = error instanceof Error && error.message.startsWith('internal:');
  const name = error instanceof Error ? error.name : typeof error;
  const sentence = isOurs ? error.message : `internal: ${name}`;
  const text = `${sentence}\n  This is a mistake in Fenceline. Please report it, with what this log says.`;
  return { sentence: `Fenceline failed: ${sentence}`, text, mistakes: [] };
}

/**
 * Text of the comment and the job summary in place of a report.
 * @param folder of the project below the checkout; empty where it is the checkout
 * @param review absent: the commit is not named
 */
export function failureMarkdown({ text, mistakes }: Failure, folder: string, review?: Review): string {
  const reason = REASONS.get(mistakes[0]?.code ?? '') ?? 'no verdict, Fenceline could not decide';
  const commit = review === undefined ? 'this commit' : `commit ${commitLink(review.headSha, review)}`;
  return [
    `### ⚠️ Privacy gate${folder === '' ? '' : ` ${codeSpan(folder)}`}: ${reason}`,
    '',
    `Nothing is proven about ${commit}: the run ended before the contract was checked.`,
    '',
    fencedBlock('text', visibleLines(text).slice(0, 20_000).split('\n')),
  ].join('\n');
}

const UNREADABLE = 'no verdict, git does not read the base, and only its contract may judge';
/** Reasons in the comment's heading, by the code of the mistake. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['no-base', 'no verdict, the base is not in this checkout, and only its contract may judge'],
  ['no-git', UNREADABLE],
  ['no-repository', UNREADABLE],
]);
