import { expect, test } from 'vitest';
import type { TierConfig } from '../config/fenceline-config.ts';
import { load } from '../project/testing/small-project.ts';
import { requireSafeTargets } from './require-safe-targets.ts';

const LOCATION = { file: 'fenceline.yml', line: 3, column: 5 };
const DRIFT = { table: 'warn', add: 'warn', drop: 'warn', type: 'warn' } as const;
const FILES = {
  'models/s.yml': 'sources: [{name: crm, schema: marts, tables: [{name: people}]}]',
  'models/safe/mart.sql': "{{ config(schema='marts') }} select 1 as n",
  'models/safe/plain.sql': 'select 1 as n',
  'models/other/kept.sql': "{{ config(materialized='incremental', alias='log') }} select 1 as n",
  'models/open/all.sql': "{{ config(schema='open') }} select 1 as n",
  'macros/generate_schema_name.sql':
    '{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}',
};
const TIERS: readonly TierConfig[] = [
  { name: 'safe', path: 'safe', allow: 'pseudonymous', location: LOCATION },
  { name: 'open', path: 'open', allow: 'clear', location: LOCATION },
];

test.each([
  { to: 'marts.person', is: 'refused' },
  { to: 'MARTS.person', is: 'refused' },
  { to: 'marts.People', is: 'copied' },
  { to: 'open.person', is: 'copied' },
  { to: 'raw.person', is: 'copied' },
  { to: 'main.person', is: 'copied' },
  { to: 'main.plain', is: 'copied' },
  { to: 'main.LOG', is: 'refused' },
])('a table into $to is $is', async ({ to, is }) => {
  const [schema, table = ''] = to.split('.');
  const copy = { name: 't', from: { schema: 'public', table: 'person' }, to: { schema, table }, exclude: [] };
  const sync = { fromSources: false, drift: DRIFT, tables: [{ ...copy, location: LOCATION }] };
  const project = await load(FILES);

  const refuse = () => requireSafeTargets(sync, project, TIERS);

  if (is === 'refused')
    expect(refuse).toThrow(
      /^fenceline\.yml:3:5 sync\.tables\.t copies a table (into .*tier safe|to .* keeps its earlier rows)/,
    );
  else expect(refuse).not.toThrow();
});
