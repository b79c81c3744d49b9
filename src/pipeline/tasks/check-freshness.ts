import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import { artifactMetadata } from '../../project/artifacts/artifact-metadata.ts';
import type { Freshness, FreshnessLimit, Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { projectSql, relation, type Sql, sql } from '../../sql.ts';
import { mistakeText, UserError } from '../../user-error.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { readExpression } from '../../warehouse/one-expression.ts';
import { requireOneQuery } from '../../warehouse/one-query.ts';
import { ownWords, SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { indentedJson } from '../files/indented-json.ts';
import { openExisting } from '../files/open-existing.ts';
import { writeFiles } from '../files/write-files.ts';
import { type DbtCommandOptions, openSelected } from '../open/open-selected.ts';

/** How old the newest row of a source is. */
export interface FreshnessResult {
  readonly source: Source;
  readonly status: 'pass' | 'warn' | 'error' | 'runtime error';
  /** A message without any data value; only of a runtime error. */
  readonly error?: string;
  readonly age?: Age;
}

interface Age {
  readonly maxLoadedAt: Date;
  readonly snapshottedAt: Date;
  readonly seconds: number;
}

/**
 * Checks the freshness of the selected sources that declare one, and writes sources.json (dbt: source freshness).
 * @throws {UserError} for a mistake in the project or the selection
 */
export async function checkFreshness(options: DbtCommandOptions): Promise<readonly FreshnessResult[]> {
  const { project, config, selected, run, targetFolder } = await openSelected(options, 'freshness');
  await ensureDuckDB(options);
  await using warehouse = await openExisting(undefined, project.target.path, config.limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const started = performance.now();
  const results: FreshnessResult[] = [];
  for (const source of project.sources.values()) {
    const { freshness } = source;
    const isWanted = freshness && (freshness.warnAfter ?? freshness.errorAfter) && selected.has(source.uniqueId);
    if (isWanted) results.push(await judgeSource(source, freshness, warehouse, project));
  }
  const artifact = {
    metadata: artifactMetadata('sources', run),
    results: results.map(resultRecord),
    elapsed_time: (performance.now() - started) / 1000,
  };
  await writeFiles(targetFolder, new Map([['sources.json', indentedJson(artifact)]]));
  return results;
}

async function judgeSource(
  source: Source,
  freshness: Freshness,
  warehouse: Warehouse | undefined,
  project: Project,
): Promise<FreshnessResult> {
  try {
    requireImpersonal(source, freshness, project);
    if (!warehouse) throw failed('there is no warehouse yet', 'build or sync it first', source);
    const age = await ageOf(source, freshness, warehouse);
    return { source, age, status: statusOf(age.seconds, freshness) };
  } catch (error) {
    if (error instanceof UserError)
      return { source, status: 'runtime error', error: error.mistakes.map(mistakeText).join('\n') };
    if (!(error instanceof SqlError)) throw error;
    return { source, status: 'runtime error', error: ownWords(error) ?? `${error.kind} error in the warehouse` };
  }
}

function failed(message: string, fix: string, { location }: Source): UserError {
  return new UserError({ code: 'freshness', message, location, fix });
}

/**
 * Refuses a personal column as loading time, since the newest loading time is printed.
 * @throws {UserError}
 */
function requireImpersonal(source: Source, { loadedAtField, loadedAtQuery }: Freshness, project: Project): void {
  const read = `${loadedAtField ?? ''} ${loadedAtQuery ?? ''}`.toLowerCase();
  const personal = [...source.columns.values()].find(
    ({ name, tags, meta }) => project.isPersonal(tags, meta) && read.includes(name.toLowerCase()),
  );
  if (!personal) return;
  throw failed(
    `the freshness of ${source.sourceName}.${source.name} reads ${personal.name}, which is personal, and would show a value of it`,
    'name a column of loading times in loaded_at_field',
    source,
  );
}

async function ageOf(source: Source, freshness: Freshness, warehouse: Warehouse): Promise<Age> {
  const [row] = await warehouse.rows(await newestQuery(source, freshness, warehouse));
  const [loaded, now] = [row?.['max_loaded_at'], row?.['snapshotted_at']].map((value) => Number(value));
  if (row?.['max_loaded_at'] == null || loaded === undefined || now === undefined) {
    throw failed(
      `${source.sourceName}.${source.name} has no rows, or no times in them`,
      'load rows into the source, or correct its loading time',
      source,
    );
  }
  return {
    maxLoadedAt: new Date(loaded / 1000),
    snapshottedAt: new Date(now / 1000),
    seconds: (now - loaded) / 1_000_000,
  };
}

/** SQL: the newest loading time and the present time, in microseconds since 1970 in UTC (dbt: collect_freshness). */
async function newestQuery(source: Source, freshness: Freshness, warehouse: Warehouse): Promise<Sql> {
  const { loadedAtField, loadedAtQuery, filter } = freshness;
  const now = sql`epoch_us(now()) as snapshotted_at`;
  if (loadedAtQuery !== undefined) {
    const query = await requireOneQuery(projectSql(loadedAtQuery), warehouse);
    return sql`select epoch_us((${query})::timestamp) as max_loaded_at, ${now}`;
  }
  if (loadedAtField === undefined) {
    throw failed(
      `${source.sourceName}.${source.name} has a freshness, and no loaded_at_field or loaded_at_query`,
      'name the column of loading times in loaded_at_field',
      source,
    );
  }
  const field = await expressionOf('loaded_at_field', loadedAtField, source, warehouse);
  const kept = filter === undefined ? sql`true` : await expressionOf('filter', filter, source, warehouse);
  return sql`select epoch_us(max(${field})::timestamp) as max_loaded_at, ${now} from ${relation(source)} where ${kept}`;
}

async function expressionOf(key: string, text: string, source: Source, warehouse: Warehouse): Promise<Sql> {
  const read = await readExpression(text, warehouse);
  if (read) return read;
  throw failed(`${key} of ${source.sourceName}.${source.name} is not one expression`, `correct ${key}`, source);
}

const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;

function statusOf(seconds: number, { warnAfter, errorAfter }: Freshness): FreshnessResult['status'] {
  const isOver = (limit: FreshnessLimit | undefined) =>
    limit !== undefined && seconds > limit.count * SECONDS[limit.period];
  if (isOver(errorAfter)) return 'error';
  return isOver(warnAfter) ? 'warn' : 'pass';
}

function resultRecord({ source, status, error, age }: FreshnessResult): object {
  if (!age) return { unique_id: source.uniqueId, error: error ?? null, status: 'runtime error' };
  const { warnAfter, errorAfter, filter } = source.freshness ?? {};
  const limit = (one: FreshnessLimit | undefined) => one ?? { count: null, period: null };
  return {
    unique_id: source.uniqueId,
    max_loaded_at: age.maxLoadedAt.toISOString(),
    snapshotted_at: age.snapshottedAt.toISOString(),
    max_loaded_at_time_ago_in_s: age.seconds,
    status,
    criteria: { warn_after: limit(warnAfter), error_after: limit(errorAfter), filter: filter ?? null },
    adapter_response: {},
    timing: [],
    thread_id: 'main',
    execution_time: 0,
  };
}
