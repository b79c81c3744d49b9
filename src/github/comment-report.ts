import { lstat, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { notice } from '@actions/core';
import { renderComment } from '../report/formats/comment.ts';
import { renderSummary } from '../report/formats/summary.ts';
import { hasNews } from '../report/news.ts';
import { readReport } from '../report/parse-report.ts';
import type { Report } from '../report/report.ts';
import { UserError } from '../user-error.ts';
import { openGitHub } from './client.ts';
import { type FinishedRun, findPullRequest } from './finished-run.ts';
import { defaultKey, type Inputs } from './inputs.ts';
import { publishMessage } from './publish-message.ts';
import type { Runner } from './runner.ts';
import { setOutput, writeSummary } from './step-files.ts';
import { setVerdict } from './verdict.ts';

/** The longest wait for GitHub to say which pull request a run belongs to. */
const SEARCH_MILLISECONDS = 60_000;

/**
 * Comments on a pull request with the report of its own run. Nothing of the project is read or run. The report is a
 * stranger's: it is validated and rendered again, and GitHub, not the report, says which pull request it belongs to.
 * @throws {UserError} where there is no such report
 */
export async function commentReport(
  run: FinishedRun,
  inputs: Inputs,
  runner: Runner,
  signal: AbortSignal,
): Promise<void> {
  const { apiUrl, repositoryUrl, workspace } = runner;
  const report = await readUntrusted(inputs.reportFile, workspace);
  setVerdict(report);
  const review = {
    repositoryUrl,
    headSha: run.headSha,
    baseName: undefined,
    fails: report.verdict === 'fail',
    reportedBy: { repository: run.headRepository ?? 'a deleted fork', url: `${repositoryUrl}/actions/runs/${run.id}` },
  };
  const pullRequest = await searchPullRequest(run, { token: inputs.token, apiUrl, signal });
  if (pullRequest === undefined) {
    setOutput('comment', 'skipped:no-pull-request');
    notice(
      'No comment: no open pull request has the commit of that run as its head. The report is in the job summary.',
    );
    await writeSummary(renderSummary(report, review));
    return;
  }
  const reviewOfBase = { ...review, baseName: pullRequest.baseName };
  const message = { comment: renderComment(report, reviewOfBase), summary: renderSummary(report, reviewOfBase) };
  const commentKey = inputs.namedKey ?? defaultKey([report.folder ?? '']);
  await publishMessage(
    { ...message, hasNews: hasNews(report) },
    { ...inputs, commentKey },
    { ...runner, trigger: pullRequest },
    signal,
  );
}

/** The pull request of a run; `undefined` where GitHub has none, or does not answer. */
async function searchPullRequest(run: FinishedRun, access: { token: string; apiUrl: string; signal: AbortSignal }) {
  if (access.token === '') return undefined;
  try {
    return await findPullRequest(openGitHub({ ...access, milliseconds: SEARCH_MILLISECONDS }), run);
  } catch {
    access.signal.throwIfAborted();
    return undefined;
  }
}

/** A report of at most 16 MB that is a file of its own in the workspace: an artifact can hold links. */
async function readUntrusted(file: string | undefined, workspace: string): Promise<Report> {
  if (file === undefined) {
    throw new UserError({
      code: 'no-report',
      message: 'mode: comment needs the report that the other run has uploaded',
      fix: 'download it with actions/download-artifact, and name it: report-file: report.json',
    });
  }
  const path = resolve(workspace, file);
  const found = await lstat(path).catch(() => undefined);
  const isBelow = found && `${await realpath(path)}`.startsWith(`${await realpath(workspace)}${sep}`);
  if (!found?.isFile() || !isBelow) {
    throw new UserError({
      code: 'no-report',
      message: `report-file names ${file}, which is no file in the workspace`,
      fix: 'download the artifact into the workspace, and name its report.json',
    });
  }
  return readReport(path);
}
