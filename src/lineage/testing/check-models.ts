import { UnknownFlow } from '../plan/unknown-flow.ts';
import { traceProject } from '../trace-project.ts';
import { type Claims, type NonInterference, rootsOf, type Verdict } from './non-interference.ts';
import { testProject } from './project.ts';
import type { RandomModel } from './random-query.ts';

/**
 * Builds the models of a project, twice where they are incremental, and compares what changes in the last one with its
 * lineage.
 */
export function checkModels(models: readonly RandomModel[], oracle: NonInterference): Promise<Verdict> {
  const last = models.at(-1)?.name ?? '';
  return oracle.checkRun({ before: models.flatMap(build), query: `from ${last}` }, () => traceModels(models, oracle));
}

function build({ name, materialized, sql, later, uniqueKey }: RandomModel): readonly string[] {
  if (materialized === 'view') return [`create view made.${name} as ${sql}`];
  const create = `create table made.${name} as ${sql}`;
  if (materialized === 'table') return [create];
  const replaced = `delete from made.${name} using made.${name}_new as f where made.${name}.${uniqueKey} = f.${uniqueKey}`;
  return [
    create,
    `create table made.${name}_new as ${sql}${later}`,
    ...(uniqueKey === undefined ? [] : [replaced]),
    `insert into made.${name} by name from made.${name}_new`,
  ];
}

async function traceModels(models: readonly RandomModel[], oracle: NonInterference): Promise<Claims> {
  const keyed = models.flatMap(({ name, uniqueKey }) => (uniqueKey === undefined ? [] : [[name, uniqueKey] as const]));
  const project = testProject({
    models: Object.fromEntries(
      models.map(({ name, sql, later }) => [name, later === '' ? sql : `${sql} later{${later}}`]),
    ),
    materialized: Object.fromEntries(models.map(({ name, materialized }) => [name, materialized])),
    uniqueKeys: Object.fromEntries(keyed),
    sources: oracle.schema.map(({ name }) => name),
  });
  const sourceColumns = await oracle.sourceColumns();
  const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });
  const last = nodes.get(`model.app.${models.at(-1)?.name}`);
  if (last?.status !== 'traced') throw new UnknownFlow(last?.reason ?? 'not traced');
  return { columns: last.columns.map(({ flows }) => rootsOf(flows)), rows: rootsOf(last.dataset) };
}
