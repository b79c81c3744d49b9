import { describe, expect, test } from 'vitest';
import { load } from '../../project/testing/small-project.ts';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { traceProject } from '../trace-project.ts';

const HASH = "sha256({{ c }} || 'salt')";
const CHANGED =
  'hash_pii() where it prints something else than for one column, which is the only call that the contract checks: call it with one argument, and put brackets around the argument in the macro';

/** Lineage of one model for each call of the mask, as a short text. */
async function maskedEach(macro: string, calls: readonly string[]): Promise<readonly string[]> {
  const project = await load({
    'macros/hash_pii.sql': macro,
    'models/sources.yml': 'sources: [{name: raw, schema: main, tables: [{name: users}]}]',
    ...Object.fromEntries(
      calls.map((call, index) => [
        `models/mart_${index}.sql`,
        `select {{ ${call} }}\n as x from {{ source('raw', 'users') }} as u`,
      ]),
    ),
  });
  const { nodes } = await traceProject({
    project,
    sourceColumns: new Map([['source.app.raw.users', [{ name: 'email', type: 'VARCHAR' }]]]),
    masks: [{ macro: 'hash_pii', yields: 'pseudonymous' }],
    nonce: 'f00d',
  });
  return calls.map((_, index) => {
    const mart = nodes.get(`model.app.mart_${index}`);
    if (mart?.status !== 'traced') return mart?.reason ?? 'failed';
    return mart.columns.flatMap(({ flows }) => flows.map(({ state }) => state)).join(', ');
  });
}

/** Macros that print their argument in different ways. */
const spellings = [
  "sha256({{ c }} || 'salt')",
  "sha256('value' || {{ c }} || 'salt')",
  "sha256(json_object('value', {{ c }})::varchar || 'salt')",
  "sha256(regexp_replace({{ c }}, 'value: *', '') || 'salt') /* the value */",
  "sha256(lower({{ c }}) || 'salt') -- lower case of the value",
  "sha256(coalesce({{ c }}, '') || 'salt')",
  "sha256(concat_ws('|', {{ c | trim }}, 'value', 'salt'))",
  "sha256({{ c | replace('  ', ' ') }} || 'value')",
  "sha256({{ '(' ~ c ~ ')' }} || 'salt')",
  "{% set printed = c %}sha256({{ [printed] | join(', ') }} || 'value')",
  "{{ return('sha256(' ~ c ~ \" || 'value')\") }}",
  "sha256({{ '%s || %s' | format(c, \"'value'\") }})",
  "sha256({{ c | upper }} || 'salt')",
  "sha256({{ varargs[0] if varargs else c }} || 'value')",
];

const GUESS =
  'a mask over a value that the query makes itself: whoever reads both knows what the mask makes of a guess';

test.each(spellings)('a mask hides whole values alone, however it prints them: %s', async (body) => {
  const macro = `{% macro hash_pii(c=none) %}${body}{% endmacro %}`;
  const calls = [
    "hash_pii('email')",
    "hash_pii('email[4]')",
    "hash_pii(c='email[4]')",
    `hash_pii("'ann@example.org'")`,
  ];

  const [whole, part, named, guess] = await maskedEach(macro, calls);

  expect(whole?.split(', ')).toEqual(expect.not.arrayContaining(['partial', 'clear']));
  expect(part?.split(', ')).toEqual(expect.arrayContaining(['partial', 'pseudonymous']));
  expect(named).toBe(part);
  expect(guess).toBe(GUESS);
});

const cases = [
  {
    name: 'a mask that prints the same everywhere masks',
    macro: `{% macro hash_pii(c) %}${HASH}{% endmacro %}`,
    call: "hash_pii('u.email')",
    becomes: 'pseudonymous',
  },
  {
    name: 'a mask may be given its argument by name, and give its text with return()',
    macro: `{% macro hash_pii(c) %}{{ return("md5(" ~ c ~ ")") }}{% endmacro %}`,
    call: "hash_pii(c='email')",
    becomes: 'pseudonymous',
  },
  {
    name: 'a mask may be given what a mask prints',
    macro: `{% macro hash_pii(c) %}${HASH}{% endmacro %}`,
    call: "hash_pii(hash_pii('email'))",
    becomes: 'pseudonymous',
  },
  {
    name: 'a mask that prints the same for any argument shows nothing of it',
    macro: `{% macro hash_pii(c) %}'value'{% endmacro %}`,
    call: "hash_pii('email[4]')",
    becomes: '',
  },
  {
    name: 'a mask may be given a name in quotes, or put quotes around one',
    macro: `{% macro hash_pii(c) %}sha256("{{ c | replace('"', '') }}" || 'value'){% endmacro %}`,
    call: `hash_pii('"email"')`,
    becomes: 'pseudonymous',
  },
  {
    name: 'a mask whose argument is no text shows none',
    macro: `{% macro hash_pii(c) %}sha256({{ c if c is string else c.name }} || 'value'){% endmacro %}`,
    call: "hash_pii({'name': 'email'})",
    becomes: 'hash_pii() where what it prints does not show its argument, of which a mask hides whole values alone',
  },
  {
    name: 'a mask that masks another argument than its first was not tried',
    macro: `{% macro hash_pii(c, other) %}sha256({{ other or c }} || 'value'){% endmacro %}`,
    call: "hash_pii('email', 'email[4]')",
    becomes: 'hash_pii() where what it prints does not show its argument, of which a mask hides whole values alone',
  },
  {
    name: 'a mask that is switched off by a second argument was not tried',
    macro: `{% macro hash_pii(c, off=false) %}{% if off %}{{ c }}{% else %}${HASH}{% endif %}{% endmacro %}`,
    call: "hash_pii('email', true)",
    becomes: CHANGED,
  },
  {
    name: 'an argument that ends its call and goes on beside it was not tried',
    macro: `{% macro hash_pii(c) %}md5({{ c }} || 'salt'){% endmacro %}`,
    call: `hash_pii("'x') || email || md5('y'")`,
    becomes: CHANGED,
  },
  {
    name: 'a mask that looks at its model was not tried',
    macro: `{% macro hash_pii(c) %}{% if this is defined and this.identifier == 'mart_0' %}{{ c }}{% else %}${HASH}{% endif %}{% endmacro %}`,
    call: "hash_pii('email')",
    becomes: CHANGED,
  },
  {
    name: 'a mask that looks at the name of a column was not tried',
    macro: `{% macro hash_pii(c) %}{% if c == 'email' %}{{ c }}{% else %}${HASH}{% endif %}{% endmacro %}`,
    call: "hash_pii('email')",
    becomes: CHANGED,
  },
  {
    name: 'a mask that knows the name it is tried with was not tried',
    macro: `{% macro hash_pii(c) %}{% if c == 'value' %}${HASH}{% else %}{{ c }}{% endif %}{% endmacro %}`,
    call: "hash_pii('email')",
    becomes: CHANGED,
  },
];

test.each(cases)('$name', async ({ macro, call, becomes }) => {
  expect(await maskedEach(macro, [call])).toEqual([becomes]);
});

describe('a choice by a masked value', () => {
  const MODELS = {
    before: "select case when {{ hash('email') }} >= '8' then name end as chosen from {{ source('raw', 'users') }}",
    over_two: "select {{ band('chosen') }} as x from {{ ref('before') }}",
    in_one: `{% set chosen %}case when {{ hash('email') }} >= '8' then name end{% endset %}
      select {{ band(chosen) }} as x from {{ source('raw', 'users') }}`,
  };

  test('shows behind a mask around it: its rows are those of the choice', async () => {
    await using warehouse = await openDuckDB(':memory:');
    await warehouse.run(
      sql`create table users as select 'p' || r as name, r || '@x.test' as email from range(200) t(r)`,
    );
    const rows = await warehouse.rows(sql`
      select distinct h >= '8' as half, coalesce(left(case when h >= '8' then name end, 1), '-') as x
      from (select *, sha256(email) as h from users) order by half`);

    expect(rows).toEqual([
      { half: false, x: '-' },
      { half: true, x: 'p' },
    ]);
  });

  test('is masked by the inner mask alone, in one model or over two', async () => {
    const project = await load({
      'macros/m.sql': `{% macro hash(c) %}sha256({{ c }}){% endmacro %}{% macro band(c) %}coalesce(left({{ c }}, 1), '-'){% endmacro %}`,
      'models/sources.yml': 'sources: [{name: raw, schema: main, tables: [{name: users}]}]',
      ...Object.fromEntries(Object.entries(MODELS).map(([name, text]) => [`models/${name}.sql`, text])),
    });
    const columns = ['email', 'name'].map((name) => ({ name, type: 'VARCHAR' }));

    const { nodes } = await traceProject({
      project,
      sourceColumns: new Map([['source.app.raw.users', columns]]),
      masks: [
        { macro: 'hash', yields: 'pseudonymous' },
        { macro: 'band', yields: 'aggregate' },
      ],
      nonce: 'f00d',
    });

    for (const model of ['in_one', 'over_two']) {
      const node = nodes.get(`model.app.${model}`);
      const [x] = node?.status === 'traced' ? node.columns : [];
      const choices = x?.flows.filter(({ subtype, source }) => subtype === 'CONDITIONAL' && source.column === 'email');
      expect(choices?.map(({ state, masks }) => [model, state, ...masks])).toEqual([[model, 'pseudonymous', 'hash']]);
    }
  });
});
