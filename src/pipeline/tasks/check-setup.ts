import { EnvironmentError } from '../../environment-error.ts';
import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import { sql } from '../../sql.ts';
import { UserError } from '../../user-error.ts';
import { openExisting } from '../files/open-existing.ts';
import { openWithoutContract, type ProjectLocation } from '../open/open-project.ts';
import type { Invocation } from '../options.ts';

/** The outcome of a check of one thing that a run needs. */
export interface SetupCheck {
  /** Name of the thing: `project and profile`, `DuckDB`. */
  readonly what: string;
  /** The message of its error; absent where the thing works. */
  readonly problem?: string;
}

/**
 * Checks what a run needs: opens the project, the engine and the warehouse, one after the other, up to the first that fails
 * (dbt: debug).
 */
export async function checkSetup(options: ProjectLocation & Invocation): Promise<readonly SetupCheck[]> {
  const checks: SetupCheck[] = [];
  const attempt = async <Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      const result = await work();
      checks.push({ what });
      return result;
    } catch (error) {
      if (!(error instanceof UserError || error instanceof EnvironmentError)) throw error;
      checks.push({ what, problem: error.message });
      return undefined;
    }
  };
  const opened = await attempt('project and profile', () => openWithoutContract(options));
  const engine = opened && (await attempt('DuckDB', () => ensureDuckDB(options)));
  if (!opened || !engine) return checks;
  const { project, config } = opened;
  await attempt(`warehouse ${project.target.path}`, async () => {
    await using warehouse = await openExisting(undefined, project.target.path, config.limits);
    await warehouse?.rows(sql`select 1`);
  });
  return checks;
}
