import { expect, test } from 'vitest';
import { load } from '../project/testing/small-project.ts';
import { traceProject } from './trace-project.ts';

test.each(['table', 'incremental'])(
  'what reads a %s by position reads it in the order of its contract',
  async (materialized) => {
    const config = `{materialized: ${materialized}, on_schema_change: fail, contract: {enforced: true}}`;
    const project = await load({
      'models/sources.yml': 'sources: [{name: raw, schema: main, tables: [{name: users}]}]',
      'models/people.sql': "select email, id from {{ source('raw', 'users') }}",
      'models/people.yml': `models: [{name: people, config: ${config}, columns: [{name: id, data_type: varchar}, {name: email, data_type: varchar}]}]`,
      'models/mart.sql': "select 'a' as first, 'b' as second where false union all select * from {{ ref('people') }}",
    });
    const { nodes } = await traceProject({
      project,
      sourceColumns: new Map([
        [
          'source.app.raw.users',
          [
            { name: 'id', type: 'VARCHAR' },
            { name: 'email', type: 'VARCHAR' },
          ],
        ],
      ]),
      masks: [],
      nonce: 'f00d',
    });
    const mart = nodes.get('model.app.mart');
    const columns = mart?.status === 'traced' ? mart.columns : [];
    expect(columns.map(({ name, flows }) => `${name} ${flows.map(({ source }) => source.column)}`)).toEqual([
      'first id',
      'second email',
    ]);
  },
);
