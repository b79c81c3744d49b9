import { hideSecrets } from '../hide-secrets.ts';
import {
  type Answers,
  type BuiltText,
  type HookTexts,
  noAnswers,
  rememberingAdapter,
} from '../project/context/answers.ts';
import { withoutWords } from '../project/context/watch-rows.ts';
import { hasHooks } from '../project/hooks.ts';
import type { QueryNode } from '../project/node.ts';
import type { Adapter, CompiledNode, Project } from '../project/project.ts';
import { relation, sql } from '../sql.ts';
import { unreachable } from '../unreachable.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { runHooks, runHooksInside, runHooksOutside } from './hooks.ts';
import { incremental } from './incremental.ts';
import type { Materialization } from './materialization.ts';
import { requireNodeQuery, runExplained } from './node-query.ts';
import { persistDocs } from './persist-docs.ts';
import { snapshot } from './snapshot.ts';
import type { Statement } from './statement.ts';
import { table } from './table.ts';
import { inTransaction } from './transaction.ts';
import { view } from './view.ts';

/** The materializations of models. An external model becomes a table of the warehouse, and no file is written. */
const MATERIALIZATIONS: readonly Materialization[] = [view, table, incremental, { ...table, name: 'external' }];

/** A model or snapshot to build, with the connections it is built over. */
export interface ModelBuild {
  readonly model: QueryNode;
  readonly project: Project;
  readonly adapter: Adapter;
  /** The connection that runs the model's statements. */
  readonly session: Warehouse;
  /** Plans a failed query again without running it: that error message quotes no rows. */
  readonly warehouse: Warehouse;
  /** Whether incremental models are made anew (dbt: `--full-refresh`); the config `full_refresh` of a model overrides it. */
  readonly fullRefresh: boolean;
  /** Gets the rendered model before anything of it runs. */
  onRendered(compiled: CompiledNode, text: BuiltText): void;
}

/**
 * Makes the relation of a model or snapshot. Gives the number of its rows; `undefined` for a view.
 * @throws {NodeFailed} for SQL that the engine refuses
 * @throws {UserError} for a configuration that does not fit the existing relation
 */
export async function buildModel(build: ModelBuild): Promise<number | undefined> {
  const { model, project, adapter, session } = build;
  const answers: Answers = noAnswers();
  const isRefresh = model.config.fullRefresh ?? build.fullRefresh;
  const compiled = await project.compile(model, {
    adapter: rememberingAdapter(answers, adapter),
    ...(isRefresh && { incremental: false }),
  });
  const hooks: HookTexts = { statements: [], readsRows: false };
  build.onRendered(compiled, { parts: compiled.parts, answers, ...(hasHooks(model) && { hooks }) });
  const query = await requireNodeQuery(compiled, session);
  const around = { owner: model, project, adapter, session, texts: hooks };
  await runHooksOutside(model.config.preHook, around);
  try {
    await inTransaction(session, async () => {
      await runHooksInside(model.config.preHook, around);
      await materializationFor(model, compiled, project.secrets).build({
        model,
        query,
        session,
        existing: await adapter.relationType(model.schema, model.alias),
        fullRefresh: isRefresh,
        run: async (statement: Statement) => {
          const running = { compiled, statement, planned: query, warehouse: build.warehouse };
          await runExplained(() => session.run(statement.sql), running);
        },
        runTemplate: (template) =>
          runHooks([{ sql: template }], { ...around, texts: { statements: [], readsRows: false }, ownTables: [model] }),
      });
      await runHooksInside(model.config.postHook, around);
      const type = await adapter.relationType(model.schema, model.alias);
      if (type) await persistDocs(model, type, session, project.secrets);
    });
  } catch (error) {
    // The message names columns, and the names of columns may be values of rows (a pivot).
    throw compiled.readsRows && error instanceof UserError ? withoutWords(error) : error;
  }
  await runHooksOutside(model.config.postHook, around);
  if (model.config.materialized === 'view') return undefined;
  const [row] = await session.rows(sql`select count(*) as count from ${relation(model)}`);
  return Number(row?.['count'] ?? 0);
}

/** The materialization of a model. A view whose SQL holds a secret becomes a table: the DuckDB file would keep that SQL. */
function materializationFor(
  model: QueryNode,
  { sql: text }: CompiledNode,
  secrets: Project['secrets'],
): Materialization {
  const wanted = materializationOf(model);
  return wanted === view && hideSecrets(text.text, secrets) !== text.text ? table : wanted;
}

function materializationOf(node: QueryNode): Materialization {
  switch (node.resourceType) {
    case 'snapshot':
      return snapshot;
    case 'model': {
      const { materialized } = node.config;
      const found = MATERIALIZATIONS.find(({ name }) => name === materialized);
      if (!found) throw new Error(`internal: a project with the materialization ${materialized} is refused`);
      return found;
    }
    default:
      return unreachable(node);
  }
}
