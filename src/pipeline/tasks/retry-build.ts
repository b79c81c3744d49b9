import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportedNode } from '../../report/report.ts';
import { UserError } from '../../user-error.ts';
import { artifactFolder } from '../open/open-selected.ts';
import type { ArtifactOptions, Invocation, ProjectOptions } from '../options.ts';
import { buildWarehouse } from './build-warehouse.ts';

interface RetryOptions extends ProjectOptions, ArtifactOptions, Invocation {
  /** Folder of run_results.json; `undefined`: that of the artifacts. */
  readonly state: string | undefined;
}

const STATUSES_TO_RETRY = new Set(['error', 'fail', 'skipped']);

/**
 * Runs the command of run_results.json again for the nodes that did not end well (dbt: retry).
 * @throws {UserError} where there are no results of a command that builds
 */
export async function retryBuild(options: RetryOptions): Promise<readonly ReportedNode[]> {
  const file = join(options.state ?? artifactFolder(options), 'run_results.json');
  const { args, results } = await readResults(file);
  const {
    which,
    full_refresh: fullRefresh,
    empty,
    warn_error: warnError,
    fail_fast: failFast,
    store_failures: storeFailures,
  } = Object(args);
  const command = COMMANDS.find((one) => one === which);
  if (command === undefined) {
    throw new UserError({
      code: 'no-results',
      message: `${file} is of the command '${String(which)}', which retry does not repeat`,
      fix: 'run fenceline build first',
    });
  }
  const failed = results
    .filter(({ status }) => STATUSES_TO_RETRY.has(String(status)))
    .map(({ unique_id: id }) => String(id));
  return buildWarehouse({
    ...options,
    state: undefined,
    select: [],
    exclude: [],
    selector: undefined,
    resourceTypes: [],
    excludedResourceTypes: [],
    indirect: 'eager',
    defer: false,
    favorState: false,
    deferState: undefined,
    which: command,
    only: new Set(failed),
    fullRefresh: fullRefresh === true,
    empty: empty === true,
    warnError: warnError === true,
    failFast: failFast === true,
    storeFailures: storeFailures === true,
  });
}

const COMMANDS = ['build', 'test', 'seed', 'snapshot'] as const;

async function readResults(file: string) {
  try {
    const { args, results } = Object(JSON.parse(await readFile(file, 'utf8')));
    if (!Array.isArray(results)) throw new Error('no results');
    return { args, results: results.map((result) => Object(result)) };
  } catch (cause) {
    throw new UserError(
      {
        code: 'no-results',
        message: `there are no results of an earlier run in ${file}`,
        fix: 'run fenceline build first, or name the folder of its artifacts with --state',
      },
      { cause },
    );
  }
}
