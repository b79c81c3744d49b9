import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProjectFiles } from '../config/project-files.ts';
import { UserError } from '../user-error.ts';
import { manifestOf } from './artifacts/manifest.ts';
import { loadProject } from './load/load-project.ts';
import type { Node } from './node.ts';
import type { Project } from './project.ts';
import { selectNodes } from './selection/select.ts';
import { TEST_RUN } from './testing/small-project.ts';

const DIRECTORY = join(import.meta.dirname, '../../example-project');

async function loadExample(): Promise<Project> {
  return loadProject({
    files: openProjectFiles(DIRECTORY),
    vars: {},
    targetName: undefined,
    profilesDirectories: [DIRECTORY],
    environment: {},
    isVisibleVariable: () => true,
  });
}

// The manifest of dbt-core 1.10 for the same files has the same names, places and edges; only the text of generic tests
// differs.
test('every node is named, placed and connected as in dbt', async () => {
  const project = await loadExample();
  const facts = [...project.nodes.values(), ...project.sources.values()].map((node) => ({
    unique_id: node.uniqueId,
    relation: node.relationName,
    fqn: node.fqn.join('.'),
    path: node.path,
    original_file_path: node.originalFilePath,
    tags: node.tags,
    ...('dependsOn' in node && { materialized: node.config.materialized, depends_on: node.dependsOn.nodes }),
  }));
  facts.sort((a, b) => (a.unique_id < b.unique_id ? -1 : 1));
  await expect(`${JSON.stringify(facts, null, 2)}\n`).toMatchFileSnapshot('golden/example-project/nodes.json');
});

test('every model and test compiles to the SQL that was reviewed', async () => {
  const project = await loadExample();
  for (const node of project.nodes.values()) {
    if (node.resourceType === 'seed') continue;
    const { sql } = await project.compile(node, { adapter: undefined });
    await expect(`${sql.text}\n`).toMatchFileSnapshot(`golden/example-project/${goldenPath(node)}`);
  }
});

function goldenPath({ resourceType, path }: Node): string {
  return `${resourceType}s/${path}`;
}

test('nodes come after what they read', async () => {
  const { order, nodes } = await loadExample();
  const tooEarly = order.filter((id, index) =>
    nodes.get(id)?.dependsOn.nodes.some((parent) => order.indexOf(parent) > index),
  );
  expect({ count: order.length, tooEarly }).toEqual({ count: nodes.size, tooEarly: [] });
});

const selections: readonly {
  readonly name: string;
  readonly select?: string;
  readonly exclude?: string;
  readonly gives: string;
}[] = [
  {
    name: 'a name, with its tests',
    select: 'stg_events',
    gives: 'stg_events not_null_stg_events_event_id not_null_stg_events_event_type unique_stg_events_event_id',
  },
  { name: 'a name without tests', select: 'stg_events', exclude: 'resource_type:test', gives: 'stg_events' },
  {
    name: 'one step upstream',
    select: '1+int_appointment_lifecycle',
    exclude: 'resource_type:test',
    gives: 'int_appointment_lifecycle stg_appointments stg_organizations',
  },
  {
    name: 'everything downstream',
    select: 'int_events_enriched+',
    exclude: 'resource_type:test',
    gives: 'int_events_enriched mart_event_type_volume mart_organization_activity',
  },
  {
    name: 'a folder',
    select: 'path:models/marts/safe',
    exclude: 'resource_type:test',
    gives: 'mart_appointment_funnel mart_event_type_volume mart_organization_activity',
  },
  {
    name: 'the beginning of an fqn',
    select: 'marts.restricted',
    exclude: 'resource_type:test',
    gives: 'mart_user_engagement',
  },
  { name: 'a wildcard', select: 'clinic.staging.stg_u*', exclude: 'resource_type:test', gives: 'stg_users' },
  {
    name: 'an intersection',
    select: 'path:models/marts,config.schema:marts_restricted',
    exclude: 'resource_type:test',
    gives: 'mart_user_engagement',
  },
  {
    name: 'a union of two',
    select: 'stg_users stg_events',
    exclude: 'resource_type:test',
    gives: 'stg_events stg_users',
  },
  {
    name: 'a source and what reads it',
    select: 'source:raw.raw_event+1',
    exclude: 'resource_type:test',
    gives: 'raw_event stg_events',
  },
  {
    name: 'tests of one kind',
    select: 'test_type:singular',
    gives: 'assert_completed_not_above_scheduled assert_safe_marts_name_no_pii',
  },
  {
    name: 'tests of one name',
    select: 'test_name:relationships',
    exclude: 'source:raw stg_users',
    gives: 'relationships_mart_organization_activity_organization_id__organization_id__ref_stg_organizations_',
  },
  {
    name: 'a model with all its descendants need',
    select: '@int_appointment_lifecycle',
    exclude: 'resource_type:test',
    gives:
      'int_appointment_lifecycle mart_appointment_funnel raw_appointment raw_organization stg_appointments stg_organizations',
  },
  { name: 'a file', select: 'stg_users.sql', exclude: 'resource_type:test', gives: 'stg_users' },
];

test.each(selections)('select: $name', async ({ select, exclude, gives }) => {
  const project = await loadExample();
  const selected = selectNodes(project, { select: select ? [select] : [], exclude: exclude ? [exclude] : [] });
  const names = [...selected].map((id) => (project.nodes.get(id) ?? project.sources.get(id))?.name).sort();
  expect(names).toEqual(gives.split(' ').sort());
});

const refusals = [
  {
    name: 'an unknown name is answered with the nearest',
    select: 'stg_user',
    says: "no node matches the selector 'stg_user'. Did you mean 'stg_users'?",
  },
  {
    name: 'an unknown method is answered with the nearest',
    select: 'tags:pii',
    says: "'tags:pii': there is no selection method 'tags'. Did you mean 'tag'?",
  },
  {
    name: '@ and + at the end contradict',
    select: '@stg_users+',
    says: "'@stg_users+': @ and a + at the end cannot go together",
  },
];

test.each(refusals)('select: $name', async ({ select, says }) => {
  const project = await loadExample();
  const refused = () => selectNodes(project, { select: [select], exclude: [] });
  expect(refused).toThrow(UserError);
  expect(refused).toThrow(says);
});

test('the manifest connects nodes in both directions', async () => {
  const project = await loadExample();
  const manifest = manifestOf(project, new Map([['model.clinic.stg_users', 'select 1']]), TEST_RUN);
  expect(manifest).toMatchObject({
    metadata: { project_name: 'clinic', adapter_type: 'duckdb' },
    nodes: { 'model.clinic.stg_users': { compiled: true, compiled_code: 'select 1', resource_type: 'model' } },
    parent_map: { 'model.clinic.stg_users': ['source.clinic.raw.raw_user'] },
    sources: { 'source.clinic.raw.raw_user': { columns: { email: { tags: ['pii'] } } } },
  });
  expect(manifest).toHaveProperty(
    ['child_map', 'model.clinic.stg_events'],
    expect.arrayContaining(['model.clinic.int_events_enriched']),
  );
});
