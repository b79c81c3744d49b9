import { notice, warning } from '@actions/core';
import { unreachable } from '../unreachable.ts';
import { openGitHub } from './client.ts';
import { type Published, publishComment } from './comment.ts';
import type { PullRequest } from './event.ts';
import type { Inputs } from './inputs.ts';
import type { Runner } from './runner.ts';
import { setOutput, writeSummary } from './step-files.ts';

/** The result of a run, in Markdown. */
export interface Message {
  /** Markdown of at most 64,000 bytes: GitHub refuses a comment of 65,536 characters, and marker and footer come on top. */
  readonly comment: string;
  /** Markdown of at most 1,000,000 bytes: GitHub refuses 1 MiB. */
  readonly summary: string;
  /** Whether the result differs from that of the base. */
  readonly hasNews: boolean;
}

type SkipReason =
  | Extract<Published, { outcome: 'skipped' }>['reason']
  | 'fork'
  | 'dependabot'
  | 'no-pull-request'
  | 'off';

/** The longest wait for GitHub to accept the comment. */
const COMMENT_MILLISECONDS = 90_000;

/**
 * Writes the comment, where that is possible, and the job summary. Nothing that GitHub answers is an error.
 * @returns whether GitHub accepted the comment, or none was needed: only then it may accept suggestions
 */
export async function publishMessage(
  message: Message,
  inputs: Inputs,
  runner: Runner,
  signal: AbortSignal,
): Promise<boolean> {
  const published = await comment(message, inputs, runner, signal);
  if (published.outcome === 'skipped') {
    setOutput('comment', `skipped:${published.reason}`);
    explainSkip(published.reason);
  } else {
    setOutput('comment', published.outcome);
    setOutput('comment-id', published.id);
    setOutput('comment-url', published.url);
  }
  await writeSummary(message.summary);
  return published.outcome !== 'skipped' || published.reason === 'nothing-new';
}

async function comment(
  { comment: report, hasNews }: Message,
  { comment: when, commentKey: key, token }: Inputs,
  { apiUrl, runUrl, trigger }: Runner,
  signal: AbortSignal,
): Promise<Published | { readonly outcome: 'skipped'; readonly reason: SkipReason }> {
  if (when === 'never') return { outcome: 'skipped', reason: 'off' };
  if (trigger.kind !== 'pull-request') return { outcome: 'skipped', reason: 'no-pull-request' };
  if (token === '') return { outcome: 'skipped', reason: trigger.readOnly ?? 'no-permission' };
  const client = openGitHub({ token, apiUrl, signal, milliseconds: COMMENT_MILLISECONDS });
  const creates = when === 'always' || hasNews;
  const published = await publishComment(client, trigger, { key, report, footer: footer(runUrl), creates });
  const isRefused = published.outcome === 'skipped' && published.reason === 'no-permission';
  return isRefused ? { outcome: 'skipped', reason: refusal(trigger) } : published;
}

/** The reason of a refused token: runs of forks and of Dependabot have one, unless the repository allows more. */
function refusal({ readOnly }: PullRequest): SkipReason {
  return readOnly ?? 'no-permission';
}

const DOCS = 'https://github.com/fenceline/fenceline/blob/main/docs';

function footer(runUrl: string): string {
  const links = [
    `[how this was decided](${DOCS}/how-it-decides.md)`,
    `[waive with a reason](${DOCS}/how-it-decides.md#waive-a-finding)`,
    `full report: [job summary](${runUrl})`,
    `page with the graph: \`index.html\` among the [artifacts](${runUrl}#artifacts), where the workflow uploads \`site-path\``,
  ];
  return `<sub>${links.join(' · ')}</sub>`;
}

/** Says in the log why there is no comment, unless nobody expects one. */
function explainSkip(reason: SkipReason): void {
  const instead = 'The report is in the job summary.';
  switch (reason) {
    case 'off':
    case 'no-pull-request':
    case 'nothing-new':
      break;
    case 'fork':
    case 'dependabot':
      notice(
        `No comment: the token of a run for ${reason === 'fork' ? 'a fork' : 'Dependabot'} cannot write. ${instead}`,
      );
      break;
    case 'stale':
      notice(`No comment: a newer commit is on the pull request, and its own run comments. ${instead}`);
      break;
    case 'locked':
      notice(`No comment: the conversation of the pull request is locked. ${instead}`);
      break;
    case 'no-permission':
      warning(
        `No comment: the token may not write it. ${instead} To allow it, give the job permissions: pull-requests: write.`,
      );
      break;
    case 'rate-limited':
      warning(`No comment: GitHub takes no more requests from this token for now. ${instead}`);
      break;
    case 'unavailable':
      warning(`No comment: GitHub did not accept it, or its answer could not be read. ${instead}`);
      break;
    default:
      unreachable(reason);
  }
}
