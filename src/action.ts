import { dirname, join, resolve } from 'node:path';
import { getInput, setFailed, warning } from '@actions/core';
import pc from 'picocolors';
import { abortOnInterrupt } from './abort-on-interrupt.ts';
import { findPullRequestBase } from './git/base-tree.ts';
import { annotate } from './github/annotations.ts';
import { readApprovals } from './github/approvals.ts';
import { commentReport } from './github/comment-report.ts';
import { describeFailure, type Failure, failureMarkdown } from './github/failure.ts';
import { type Inputs, readInputs } from './github/inputs.ts';
import { log, visibleLines } from './github/log.ts';
import { publishMessage } from './github/publish-message.ts';
import { readPolicy } from './github/read-policy.ts';
import { maskSecrets, projectEnvironment, type Runner, readRunner } from './github/runner.ts';
import { setOutput, survivesFullLog, writeSummary } from './github/step-files.ts';
import { suggestFixes } from './github/suggest-fixes.ts';
import { failureOf, setVerdict } from './github/verdict.ts';
import { removeOutputs } from './pipeline/files/remove-outputs.ts';
import type { PipelineOptions } from './pipeline/options.ts';
import { type Outcome, runPipeline } from './pipeline/pipeline.ts';
import type { ProgressEvent } from './progress.ts';
import { relativePath } from './relative-path.ts';
import { annotationsOf, type ReportAnnotation } from './report/formats/annotations.ts';
import { renderComment } from './report/formats/comment.ts';
import { renderSummary } from './report/formats/summary.ts';
import { renderTerminal } from './report/formats/terminal.ts';
import { hasNews } from './report/news.ts';
import { stageLine, stepLine } from './report/progress-line.ts';
import type { Review } from './report/review.ts';
import { repositoryRoot } from './repository-root.ts';
import { UserError } from './user-error.ts';

// `log` escapes control characters, so the codes of colours would appear as text.
const colors = pc.createColors(false);

async function main(): Promise<void> {
  survivesFullLog();
  const cancelled = abortOnInterrupt();
  // A run that ends without a verdict leaves `error` in this output.
  setOutput('verdict', 'error');
  const workspace = process.env['GITHUB_WORKSPACE'] || process.cwd();
  try {
    // This comes first: if this run fails, the files of an earlier run must not look like its results. `mode: comment` reads one.
    if (getInput('mode') !== 'comment') await removeOutputs(resolve(workspace, getInput('project-dir')));
    const inputs = readInputs(workspace);
    const runner = await readRunner(process.env, inputs.mode);
    maskSecrets(process.env, [inputs.postgres.url]);
    if (runner.finishedRun) await commentReport(runner.finishedRun, inputs, runner, cancelled);
    else await gate(inputs, runner, cancelled);
  } catch (error) {
    if (cancelled.aborted) return setFailed('Cancelled; everything that was started is stopped.');
    const failure = describeFailure(error);
    log(failure.text);
    await writeSummary(failureMarkdown(failure, ''));
    setFailed(visibleLines(failure.sentence));
  }
}

async function gate(inputs: Inputs, runner: Runner, signal: AbortSignal): Promise<void> {
  let outcome: Outcome;
  try {
    const { token } = inputs;
    const policy = inputs.policy && (await readPolicy(inputs.policy, { token, apiUrl: runner.apiUrl, signal }));
    const base = await baseOf(inputs, runner, signal);
    outcome = await runPipeline({ ...pipelineOptions(inputs, base, signal), policy });
  } catch (error) {
    if (signal.aborted) throw error;
    return showFailure(describeFailure(error), inputs, runner, signal);
  }
  await showOutcome(outcome, inputs, runner, signal);
}

type BaseOptions = Pick<PipelineOptions, 'baseRef' | 'lacksBase' | 'approvals'>;

/**
 * The git ref whose contract judges the head: `base-ref` of the inputs, else the base commit of the pull request or merge
 * queue.
 * @throws {UserError} `no-base` if the inputs require a base and the checkout lacks it
 */
async function baseOf(inputs: Inputs, runner: Runner, signal: AbortSignal): Promise<BaseOptions> {
  const { baseRef, projectDirectory, requireBase, token } = inputs;
  const { trigger } = runner;
  if (trigger.kind === 'other') return { baseRef, approvals: [] };
  const { headSha, baseSha } = trigger;
  const checkout = { directory: projectDirectory, environment: process.env, signal };
  try {
    const found = baseRef ?? (await findPullRequestBase({ ...checkout, headSha, baseSha }));
    if (found === undefined) throw new UserError(NOT_FETCHED);
    return { baseRef: found, approvals: await readApprovals(runner, token, signal) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { mistakes } = error;
    if (requireBase) {
      const choice = 'or set require-base: false to let the pull request judge itself';
      throw new UserError(mistakes.map((mistake) => ({ ...mistake, fix: `${mistake.fix}; ${choice}` })));
    }
    const reasons = mistakes.map(({ message, fix }) => `${message} To compare with the base, ${fix}.`);
    warning(visibleLines(`Fenceline cannot tell what is new, or whether the contract is weaker: ${reasons.join(' ')}`));
    return { baseRef: undefined, lacksBase: true, approvals: [] };
  }
}

const NOT_FETCHED = {
  code: 'no-base',
  message: 'the base of this pull request is not in this checkout, so there is no contract that could judge it.',
  fix: 'give actions/checkout fetch-depth: 2',
} as const;

function pipelineOptions(
  { projectDirectory, configFile, select, postgres }: Inputs,
  base: BaseOptions,
  signal: AbortSignal,
): PipelineOptions {
  return {
    ...base,
    projectDirectory,
    configFile,
    vars: {},
    target: undefined,
    profilesDirectory: undefined,
    threads: undefined,
    warehouse: undefined,
    rows: { select, exclude: [], fullRefresh: false, postgres },
    environment: projectEnvironment(process.env),
    visibleVariables: 'declared',
    progress,
    signal,
    now: new Date(),
  };
}

async function showOutcome(outcome: Outcome, inputs: Inputs, runner: Runner, signal: AbortSignal): Promise<void> {
  const { report, outputDirectory, duckdbOrigin } = outcome;
  log(renderTerminal(report, { colors, width: 120 }));
  setVerdict(report);
  setOutput('report-path', join(outputDirectory, 'report.json'));
  setOutput('mermaid-path', join(outputDirectory, 'lineage.mmd'));
  setOutput('site-path', join(outputDirectory, 'index.html'));
  setOutput('sarif-path', join(outputDirectory, 'results.sarif'));
  setOutput('junit-path', join(outputDirectory, 'junit.xml'));
  setOutput('postgres-source', report.postgres?.origin ?? '');
  setOutput('duckdb-source', duckdbOrigin);
  const project = dirname(dirname(outputDirectory));
  if (inputs.annotations) annotate(inCheckout(annotationsOf(report), project, runner));
  const failure = failureOf(report, inputs.failOn);
  const review = reviewOf(runner, failure !== undefined);
  const message = { comment: renderComment(report, review), summary: renderSummary(report, review) };
  const isTaken = await publishMessage({ ...message, hasNews: hasNews(report) }, inputs, runner, signal);
  const { trigger, apiUrl } = runner;
  if (isTaken && inputs.suggestions && trigger.kind === 'pull-request') {
    const { commentKey: key, token } = inputs;
    await suggestFixes({ report, directory: project, pullRequest: trigger, key, token, apiUrl, signal });
  }
  if (failure !== undefined) setFailed(failure);
}

/** The commit that the report's links point to; `undefined` if the event has no commit id. */
function reviewOf({ repositoryUrl, sha, trigger }: Runner, fails: boolean): Review | undefined {
  const isCommit = trigger.kind !== 'other';
  const headSha = isCommit ? trigger.headSha : sha;
  if (!/^[0-9a-f]{40,64}$/.test(headSha)) return undefined;
  return { repositoryUrl, headSha, baseName: isCommit ? trigger.baseName : undefined, fails };
}

/** Writes the failure on the pull request, too: otherwise the verdict of an older commit would stay there. */
async function showFailure(failure: Failure, inputs: Inputs, runner: Runner, signal: AbortSignal): Promise<void> {
  log(failure.text);
  const annotations = failure.mistakes.flatMap(({ message, location }): ReportAnnotation[] =>
    location === undefined ? [] : [{ level: 'error', title: 'Fenceline could not decide', message, ...location }],
  );
  if (inputs.annotations) annotate(inCheckout(annotations, inputs.projectDirectory, runner));
  const markdown = failureMarkdown(failure, checkoutFolder(inputs.projectDirectory, runner), reviewOf(runner, true));
  await publishMessage({ comment: markdown, summary: markdown, hasNews: true }, inputs, runner, signal);
  setFailed(visibleLines(failure.sentence));
}

/** The annotations with files relative to the checkout, as GitHub expects them. */
function inCheckout(
  annotations: readonly ReportAnnotation[],
  project: string,
  { workspace }: Pick<Runner, 'workspace'>,
): readonly ReportAnnotation[] {
  const folder = checkoutFolder(project, { workspace });
  return annotations.map((annotation) => ({
    ...annotation,
    file: folder === '' ? annotation.file : `${folder}/${annotation.file}`,
  }));
}

/** Path of a folder below its repository, else below the workspace, with `/`; empty for that root, and on another drive. */
function checkoutFolder(directory: string, { workspace }: Pick<Runner, 'workspace'>): string {
  return relativePath(repositoryRoot(directory) ?? workspace, directory) ?? '';
}

function progress(event: ProgressEvent): void {
  switch (event.kind) {
    case 'stage-started':
    case 'update':
      break;
    case 'step':
      log(stepLine(event, colors));
      break;
    case 'stage-ended':
      log(stageLine(event, colors));
      break;
  }
}

void main();
