import { expect, test } from 'vitest';
import { runAttack, SOURCE } from './attack.ts';

/** A mart that is masked as long as a relation is not there, which is so when it is judged. */
function mart(condition: string, before = ''): string {
  return `${before}select {% if ${condition} %}{{ hash_pii('email') }}{% else %}reverse(email){% endif %} as e from ${SOURCE}\n`;
}

const LEAKS = {
  'models/marts/safe/a.sql': mart('load_relation(this) is none'),
  'models/marts/safe/b.sql': mart('not load_cached_relation(this)'),
  'models/marts/safe/c.sql': mart("adapter.get_relation(this.database, this.schema, 'flag') is none"),
  'models/marts/safe/d.sql': mart("adapter['get_' ~ 'relation'](none, 'main', 'flag') is none"),
  'models/marts/safe/e.sql': mart("load_relation(api.Relation.create(schema='x', identifier='y')) is none"),
  'models/marts/safe/f.sql': mart('no_relation(this)'),
  'models/marts/safe/g.sql': mart('not is_incremental()', "{{ config(materialized='incremental') }}"),
  'models/marts/safe/h.sql': mart("(load_relation(this) or {}).type != 'view'"),
  'models/marts/safe/i.sql': mart('adapter.get_columns_in_relation(this) | length == 0'),
  'models/marts/safe/j.sql': mart("not execute or adapter.check_schema_exists('warehouse', 'flag') == false"),
  'models/marts/safe/k.sql': mart(
    'not execute or run_query("select count(*) from information_schema.tables where table_name = \'flag\'").columns[0][0] == 0',
  ),
  'macros/no_relation.sql': '{% macro no_relation(r) %}{{ return(load_relation(r) is none) }}{% endmacro %}\n',
};

test('a run judges a mart in each warehouse that its template tells apart', async () => {
  const result = await runAttack({ command: 'run', head: LEAKS });
  const failed = (result.report?.findings ?? []).flatMap((finding) =>
    finding.severity === 'error' && 'model' in finding ? [finding.model] : [],
  );

  expect(result).toMatchObject({ code: 1 });
  expect([...new Set(failed)].sort()).toEqual('abcdefghijk'.split(''));
}, 240_000);
