import { nameKey } from '../name.ts';
import type { HookTexts } from '../project/context/answers.ts';
import { type EndedRun, type HookOwner, isGrant, ownerText } from '../project/hooks.ts';
import { type Hook, isTest } from '../project/node.ts';
import type { Adapter, Project, QueryResult } from '../project/project.ts';
import type { Place } from '../sql.ts';
import { unreachable } from '../unreachable.ts';
import { UserError } from '../user-error.ts';
import { readsNoOtherTable } from '../warehouse/hooks/constant-write.ts';
import { type HookStatement, readHook } from '../warehouse/hooks/hook-statement.ts';
import { placeKey } from '../warehouse/hooks/place-key.ts';
import type { WrittenName } from '../warehouse/hooks/statement-text.ts';
import { ownWords, SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { NodeFailed } from './node-query.ts';

/** The owner of the hooks that run, and the connections they run over. */
export interface HookRun {
  readonly owner: HookOwner;
  readonly project: Project;
  readonly adapter: Adapter;
  readonly session: Warehouse;
  /** Collects the statements that run, from which the lineage of hooks is traced. */
  readonly texts: HookTexts;
  /** Results of the run; only for `on-run-end` hooks. */
  readonly ended?: EndedRun;
  /** Tables that the hook may fill with rows; absent: those of the project. Any other table may get only constants. */
  readonly ownTables?: readonly Place[];
}

/**
 * Renders and runs hooks one after another (dbt: run_hooks). `run_query` in their templates may write, as hooks may.
 * @throws {NodeFailed} for a statement that the engine refuses
 * @throws {UserError} for a mistake in a template, and for a hook that writes rows into a table outside of the project
 */
export async function runHooks(hooks: readonly Pick<Hook, 'sql'>[], run: HookRun): Promise<void> {
  const { owner, project, ended } = run;
  const adapter = writingAdapter(run);
  for (const { sql } of hooks.filter((hook) => !isGrant(hook.sql)))
    await runStatements(await project.renderHook(owner, sql, { adapter, ended: ended && (() => ended) }), run);
}

/** The adapter for templates whose `run_query` may write, under the same rules as the statements of hooks. */
export function writingAdapter(run: HookRun): Adapter {
  return {
    ...run.adapter,
    async query(text) {
      const [statement, ...others] = await statementsIn(text, run);
      if (statement?.kind !== 'harmless' || others.length > 0) {
        await runStatements(text, run);
        return NO_ROWS;
      }
      const result = await run.adapter.query(text);
      run.texts.readsRows ||= result.rows.length > 0;
      return result;
    },
  };
}

/** Runs the hooks that belong into the transaction of their node. */
export function runHooksInside(hooks: readonly Hook[], run: HookRun): Promise<void> {
  return runHooks(
    hooks.filter(({ transaction }) => transaction),
    run,
  );
}

/** Runs the hooks that belong outside of the transaction of their node: their changes stay if the node fails. */
export function runHooksOutside(hooks: readonly Hook[], run: HookRun): Promise<void> {
  return runHooks(
    hooks.filter(({ transaction }) => !transaction),
    run,
  );
}

const NO_ROWS: QueryResult = { columns: [], types: [], rows: [] };

async function runStatements(text: string, run: HookRun): Promise<void> {
  const { session, texts } = run;
  const statements = await statementsIn(text, run);
  for (const statement of statements) {
    await requireOwnTable(statement, run);
    if (statement.kind !== 'harmless') texts.statements.push(statement.sql.text);
    await explained(() => session.run(statement.sql), run);
  }
}

function statementsIn(text: string, run: HookRun): Promise<readonly HookStatement[]> {
  return explained(() => readHook(text, run.session), run);
}

async function explained<Result>(work: () => Promise<Result>, { owner, texts }: HookRun): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    // The error of a statement that failed while it ran may quote rows; one of parsing or binding does not.
    const isBound = ['parser', 'binder', 'catalog', 'syntax'].includes(cause.kind) && !texts.readsRows;
    const words = ownWords(cause) ?? (isBound ? cause.message.split('\n')[0] : `${cause.kind} error on the data`);
    throw new NodeFailed(`${ownerText(owner)} fails: ${words}`, { cause });
  }
}

/**
 * Fails for a hook that writes rows of the warehouse into a table outside of the project, since no lineage is traced there.
 * Into such a table a hook may write constants only.
 */
async function requireOwnTable(
  statement: HookStatement,
  { project, owner, session, texts, ownTables }: HookRun,
): Promise<void> {
  switch (statement.kind) {
    case 'harmless':
    case 'drop':
      return;
    case 'macro':
    case 'annotation':
      if (texts.readsRows) throw leavesProject(owner, 'keeps rows that its template read');
      return;
    case 'insert':
    case 'create':
    case 'update':
    case 'delete': {
      if (isOwn(statement.table, project, ownTables ?? tablesOf(project))) return;
      if (texts.readsRows || !(await readsNoOtherTable(statement, session))) {
        const place = ownTables ? '' : ', which is no table of the project';
        throw leavesProject(owner, `writes rows into ${statement.table.join('.')}${place}`);
      }
      return;
    }
    default:
      unreachable(statement);
  }
}

function leavesProject(owner: HookOwner, what: string): UserError {
  return new UserError({
    code: 'hook-writes-outside',
    message: `${ownerText(owner)} ${what}: nothing follows them from there.`,
    location: owner.location,
    fix: 'make the table a model, or write into it only what the hook itself says',
  });
}

function tablesOf({ nodes, sources }: Project): readonly Place[] {
  return [...nodes.values(), ...sources.values()].filter((node) => !isTest(node));
}

function isOwn(table: WrittenName, { target }: Project, own: readonly Place[]): boolean {
  const key = placeKey(table, target);
  return own.some(({ database, schema, alias }) => nameKey(database, schema, alias) === key);
}
