import { expect, test } from 'vitest';
import { traceProject } from '../lineage/trace-project.ts';
import { type Files, load } from '../project/testing/small-project.ts';
import { classify } from './classify.ts';
import { drawPiiGraph } from './draw-pii-graph.ts';
import { exposedPii } from './exposed-pii.ts';
import { exposuresJson } from './exposures-json.ts';

const FILES: Files = {
  'models/sources.yml': `sources:
  - name: raw
    schema: main
    tables: [{name: users, columns: [{name: id}, {name: email, tags: [pii]}]}]
`,
  'models/stg.sql': "select id, email, count(*) over () as n from {{ source('raw', 'users') }}",
  'models/mart.sql': "select email as contact, n from {{ ref('stg') }} where email is not null",
  'models/clean.sql': "select id from {{ ref('stg') }}",
  'models/odd.sql': "select * from read_csv('x.csv')",
};

function exposure(...dependsOn: readonly string[]): Files {
  const lines = dependsOn.map((line) => `      - ${line}\n`).join('');
  return {
    ...FILES,
    'models/e.yml': `exposures:\n  - name: board\n    type: dashboard\n    owner: {name: Ada}\n    depends_on:\n${lines}`,
  };
}

async function traced(files: Files) {
  const project = await load(files);
  const users = [
    { name: 'id', type: 'INTEGER' },
    { name: 'email', type: 'VARCHAR' },
  ];
  const sourceColumns = new Map([['source.app.raw.users', users]]);
  return { project, lineage: await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' }) };
}

const cases = [
  {
    name: 'the values that reach its models reach an exposure',
    depends: ["ref('mart')"],
    board: {
      models: ['mart'],
      unknown: [],
      pii: [{ source: 'raw.users.email', state: 'clear', via: ['stg.email', 'mart.contact'] }],
    },
  },
  {
    name: 'a model without personal values exposes none',
    depends: ["ref('clean')"],
    board: { models: ['clean'], unknown: [], pii: [] },
  },
  {
    name: 'a source is shown whole',
    depends: ["source('raw', 'users')"],
    board: { models: ['raw.users'], unknown: [], pii: [{ source: 'raw.users.email', state: 'clear', via: [] }] },
  },
  {
    name: 'a model that cannot be followed may hold anything',
    depends: ["ref('odd')"],
    board: { models: ['odd'], unknown: ['odd'], pii: [] },
  },
];

test.each(cases)('$name', async ({ depends, board }) => {
  const { project, lineage } = await traced(exposure(...depends));
  expect(exposuresJson(project, exposedPii(project, lineage))).toEqual({ board });
});

test('the diagram shows an exposure that personal values reach, and no other', async () => {
  const draw = async (files: Files) => {
    const { project, lineage } = await traced(files);
    return drawPiiGraph({ project, lineage, classification: classify(project), tiers: [], findings: [] });
  };
  const shown = await draw(exposure("ref('mart')", "ref('clean')"));
  expect(shown.nodes.filter(({ layer }) => layer === 'exposure')).toEqual([
    {
      uniqueId: 'exposure.app.board',
      name: 'board',
      owner: 'Ada',
      layer: 'exposure',
      tier: undefined,
      columns: [{ name: 'mart.contact', state: 'clear' }],
      leaks: false,
    },
  ]);
  expect(shown.edges.at(-1)).toEqual({
    from: 'model.app.mart',
    to: 'exposure.app.board',
    state: 'clear',
    leaks: false,
  });
  expect((await draw(exposure("ref('clean')"))).nodes.filter(({ layer }) => layer === 'exposure')).toEqual([]);
});
