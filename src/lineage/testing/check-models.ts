import type { NodeLineage } from '../flow.ts';
import { traceProject } from '../trace-project.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import type { Run } from './changed-tables.ts';
import { sourcesOf } from './claims.ts';
import type { NonInterference, Verdict } from './non-interference.ts';
import { testProject } from './project.ts';
import type { RandomModel } from './random/random-models.ts';

/** Compares the changes in the last model of a project with its lineage. Incremental models are run twice. */
export function checkModels(models: readonly RandomModel[], oracle: NonInterference): Promise<Verdict> {
  return oracle.checkRun(runOf(models), async () => {
    const { columns, dataset } = await traceLast(models, oracle);
    return { columns: columns.map(({ flows }) => sourcesOf(flows)), rows: sourcesOf(dataset) };
  });
}

/** Statements that build the models in the schema `made`, and a query that reads the last one. */
export function runOf(models: readonly RandomModel[]): Run {
  return { before: models.flatMap(build), query: `from ${models.at(-1)?.name}` };
}

function build(model: RandomModel): readonly string[] {
  const { name, materialized, sql, later, uniqueKey } = model;
  if (materialized === 'view') return [`create view made.${name} as ${sql}`];
  const create = `create table made.${name} as ${sql}`;
  if (materialized === 'table') return [create];
  if (model.merges) return [create, `create table made.${name}_new as ${sql}${later}`, mergeInto(model, model.merges)];
  const replaced = `delete from made.${name} using made.${name}_new as f where made.${name}.${uniqueKey} = f.${uniqueKey}`;
  return [
    create,
    `create table made.${name}_new as ${sql}${later}`,
    ...(uniqueKey === undefined ? [] : [replaced]),
    `insert into made.${name} by name from made.${name}_new`,
  ];
}

/** The statement of the incremental strategy `merge`. */
function mergeInto({ name, uniqueKey }: RandomModel, merges: 'rows' | readonly string[]): string {
  const update =
    merges === 'rows' ? 'update' : `update set ${merges.map((column) => `${column} = f.${column}`).join(', ')}`;
  return `merge into made.${name} as t using made.${name}_new as f on (t.${uniqueKey} = f.${uniqueKey})
    when matched then ${update} when not matched then insert`;
}

/**
 * The lineage of the last model, traced as in a whole project.
 *
 * @throws {UnknownFlow}
 */
export async function traceLast(
  models: readonly RandomModel[],
  oracle: NonInterference,
): Promise<Extract<NodeLineage, { status: 'traced' }>> {
  const keyed = models.flatMap(({ name, uniqueKey }) => (uniqueKey === undefined ? [] : [[name, uniqueKey] as const]));
  const project = testProject({
    models: Object.fromEntries(
      models.map(({ name, sql, later }) => [name, later === '' ? sql : `${sql} later{${later}}`]),
    ),
    materialized: Object.fromEntries(models.map(({ name, materialized }) => [name, materialized])),
    uniqueKeys: Object.fromEntries(keyed),
    mergeUpdates: Object.fromEntries(models.flatMap(({ name, merges }) => (merges ? [[name, merges] as const] : []))),
    sources: oracle.schema.map(({ name }) => name),
  });
  const sourceColumns = await oracle.sourceColumns();
  const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });
  const last = nodes.get(`model.app.${models.at(-1)?.name}`);
  if (last?.status !== 'traced') throw new UnknownFlow(last?.reason ?? 'not traced');
  return last;
}
