import pc from 'picocolors';
import { expect, test } from 'vitest';
import { traceProject } from '../../lineage/trace-project.ts';
import { load } from '../../project/testing/small-project.ts';
import { renderExposure } from '../../report/explain-exposure.ts';
import { explainExposure } from './explain-exposure.ts';

const FILES = {
  'models/sources.yml': `sources:
  - name: raw
    schema: main
    tables: [{name: users, columns: [{name: id}, {name: email, tags: [pii], meta: {pii_type: email}}]}]
models: [{name: mart, columns: [{name: label, meta: {pii_type: nickname, pii: true}}]}]
exposures:
  - {name: board, type: dashboard, owner: {name: Ada}, depends_on: [ref('mart'), "source('raw', 'users')"]}
  - {name: clean, type: notebook, owner: {name: Ada}, depends_on: [ref('ids')]}
  - {name: murky, type: ml, owner: {name: Ada}, depends_on: [ref('odd'), ref('ids')]}
`,
  'models/stg.sql': "select id, lower(email) as email from {{ source('raw', 'users') }}",
  'models/mart.sql': "select email as contact, 'x' as label from {{ ref('stg') }}",
  'models/ids.sql': "select id from {{ ref('stg') }}",
  'models/odd.sql': "select * from read_csv('x.csv')",
};

async function explained(wanted: string) {
  const project = await load(FILES);
  const users = [
    { name: 'id', type: 'INTEGER' },
    { name: 'email', type: 'VARCHAR' },
  ];
  const sourceColumns = new Map([['source.app.raw.users', users]]);
  const lineage = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });
  return explainExposure(wanted, project, lineage);
}

test.each([
  { name: 'personal columns of a model and of a source', exposure: 'board' },
  { name: 'that nothing personal is in it', exposure: 'clean' },
  { name: 'a model that cannot be traced', exposure: 'murky' },
])('shows $name', async ({ exposure }) => {
  const text = renderExposure(await explained(exposure), pc.createColors(false));

  await expect(`${text}\n`).toMatchFileSnapshot(`golden/explain/exposure-${exposure}.txt`);
});

test.each(['board', 'app.board'])("'%s' is the exposure board", async (wanted) => {
  expect(await explained(wanted)).toMatchObject({
    exposure: 'board',
    models: ['raw.users', 'mart'],
    unknown: [],
    columns: [
      { column: 'raw.users.email', source: 'raw.users.email', steps: [] },
      {
        column: 'mart.contact',
        source: 'raw.users.email',
        pii_type: 'email',
        state: 'clear',
        steps: [
          { name: 'stg.email', subtype: 'TRANSFORMATION', location: { file: 'models/stg.sql', line: 1 } },
          { name: 'mart.contact', subtype: 'IDENTITY' },
        ],
      },
      { column: 'mart.label', source: 'mart.label', pii_type: 'nickname', steps: [] },
    ],
  });
});

test.each(['borad', '', 'mart'])("refuses '%s', which is no exposure", async (wanted) => {
  await expect(explained(wanted)).rejects.toThrow(`'${wanted}' is no exposure.`);
});
