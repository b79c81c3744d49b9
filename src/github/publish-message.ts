import { notice, setOutput, summary, warning } from '@actions/core';
import { unreachable } from '../unreachable.ts';
import { openGitHub } from './client.ts';
import { type Published, publishComment } from './comment.ts';
import type { PullRequest } from './event.ts';
import type { Inputs } from './inputs.ts';
import type { Runner } from './runner.ts';

/** The result of a run, in Markdown. */
export interface Message {
  /** Markdown of at most 65,000 bytes: GitHub refuses a comment of 65,536 characters. */
  readonly comment: string;
  /** Markdown of at most 1,000,000 bytes: GitHub refuses 1 MiB. */
  readonly summary: string;
}

type SkipReason =
  | Extract<Published, { outcome: 'skipped' }>['reason']
  | 'fork'
  | 'dependabot'
  | 'no-pull-request'
  | 'off';

/** The longest wait for GitHub to accept the comment. */
const COMMENT_MILLISECONDS = 90_000;

/** Writes the comment, where that is possible, and the job summary. */
export async function publishMessage(
  message: Message,
  inputs: Inputs,
  runner: Runner,
  signal: AbortSignal,
): Promise<void> {
  const published = await comment(message.comment, inputs, runner, signal);
  if (published.outcome === 'skipped') {
    setOutput('comment', `skipped:${published.reason}`);
    explainSkip(published.reason);
  } else {
    setOutput('comment', published.outcome);
    setOutput('comment-id', published.id);
    setOutput('comment-url', published.url);
  }
  await writeSummary(message.summary);
}

async function comment(
  report: string,
  { comment: isWanted, commentKey: key, token }: Inputs,
  { apiUrl, runUrl, trigger }: Runner,
  signal: AbortSignal,
): Promise<Published | { readonly outcome: 'skipped'; readonly reason: SkipReason }> {
  if (!isWanted) return { outcome: 'skipped', reason: 'off' };
  if (trigger.kind !== 'pull-request') return { outcome: 'skipped', reason: 'no-pull-request' };
  if (trigger.readOnly !== undefined) return { outcome: 'skipped', reason: trigger.readOnly };
  if (token === '') return { outcome: 'skipped', reason: 'no-permission' };
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(COMMENT_MILLISECONDS)]);
  const client = openGitHub({ token, apiUrl, signal: deadline });
  return publishComment(client, trigger, { key, report, footer: footer(trigger, runUrl) });
}

function footer({ headSha }: PullRequest, runUrl: string): string {
  return `<sub>Commit ${headSha.slice(0, 7)} · [full report in the job summary](${runUrl})</sub>`;
}

/** Says in the log why there is no comment, unless nobody expects one. */
function explainSkip(reason: SkipReason): void {
  const instead = 'The report is in the job summary.';
  switch (reason) {
    case 'off':
    case 'no-pull-request':
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
    case 'no-permission':
      warning(
        `No comment: the token may not write it. ${instead} To allow it, give the job permissions: pull-requests: write.`,
      );
      break;
    case 'rate-limited':
      warning(`No comment: GitHub takes no more requests from this token for now. ${instead}`);
      break;
    case 'unavailable':
      warning(`No comment: GitHub did not take it. ${instead}`);
      break;
    default:
      unreachable(reason);
  }
}

/** Writes the job summary, which needs no permission. */
export async function writeSummary(markdown: string): Promise<void> {
  await summary.addRaw(markdown, true).write();
}
