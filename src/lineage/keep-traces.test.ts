import { describe, expect, test } from 'vitest';
import { SOURCE_COLUMNS, type TestProject, testProject } from './testing/project.ts';
import { traceProject } from './trace-project.ts';
import type { TracedProject } from './traced-project.ts';

const models = {
  stg: 'select id, email, phone from warehouse.main.raw_user',
  other: 'select id, phone from warehouse.main.raw_user where email is not null',
  mart: 'select id, lower(email) as contact from warehouse.main.stg',
  both: 'select m.contact, o.phone from warehouse.main.mart as m join warehouse.main.other as o using (id)',
  last: 'select phone from warehouse.main.other',
};

const changes: readonly { readonly name: string; readonly changed: string; readonly sql: string }[] = [
  { name: 'a mask', changed: 'stg', sql: 'select id, mask(email) as email, phone from warehouse.main.raw_user' },
  { name: 'a column less', changed: 'mart', sql: 'select id, 1 as contact from warehouse.main.stg' },
  { name: 'a column that another model misses', changed: 'mart', sql: 'select id from warehouse.main.stg' },
  { name: 'other rows', changed: 'other', sql: 'select id, phone from warehouse.main.raw_user' },
  { name: 'a model that nobody reads', changed: 'both', sql: 'select contact from warehouse.main.mart' },
];

describe('a trace that keeps what a change has no effect on is the trace of the whole project, after', () => {
  test.each(changes)('$name', async ({ changed, sql }) => {
    const traced = await trace({ models });
    const now = { models: { ...models, [changed]: sql } };

    const kept = await trace(now, { traced, changed: new Set([`model.app.${changed}`]) });

    const whole = await trace(now);
    expect(kept.nodes).toEqual(whole.nodes);
    expect(kept.queries).toEqual(whole.queries);
    expect(kept.texts).toEqual(whole.texts);
    expect(kept.models).toEqual(whole.models);
  });
});

test.each([
  { name: 'hang on the change are traced again', changed: 'stg', kept: ['last', 'other'] },
  { name: 'read nothing of it are kept', changed: 'last', kept: ['both', 'mart', 'other', 'stg'] },
])('models that $name', async ({ changed, kept }) => {
  const before = await trace({ models });

  const after = await trace({ models }, { traced: before, changed: new Set([`model.app.${changed}`]) });

  const same = Object.keys(models).filter(
    (name) => after.nodes.get(`model.app.${name}`) === before.nodes.get(`model.app.${name}`),
  );
  expect(same.sort()).toEqual(kept);
});

test('a model that may read the text of another one is traced again', async () => {
  const asking = { models: { ...models, last: `${models.last} /* {{ graph.nodes }} */` } };
  const before = await trace(asking);

  const after = await trace(asking, { traced: before, changed: new Set(['model.app.last']) });

  expect(after.nodes.get('model.app.stg')).not.toBe(before.nodes.get('model.app.stg'));
});

function trace(
  project: TestProject,
  before?: { readonly traced: TracedProject; readonly changed: ReadonlySet<string> },
): Promise<TracedProject> {
  return traceProject({
    project: testProject(project),
    sourceColumns: SOURCE_COLUMNS,
    masks: ['hash_pii'],
    nonce: 'f00d',
    mistaken: 'unknown',
    ...(before && { before }),
  });
}
