import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRepository } from '../../src/pipeline/testing/repository.ts';
import { fenceline } from '../e2e/cli.ts';
import { type Attack, LEAK, runAttack, SALT, SOURCE, spell } from './attack.ts';

const MACRO = 'macros/hash_pii.sql';
const EXPOSED = 'error secret-exposed';
const UNKNOWN = 'error unknown-flow';
const UNVERIFIED = 'error unverified-mask';
const OTHER_SECRET = 'error contract-weakened secret-changed';

/** Ways to a secret, or around a mask. Each fails, and nothing that is written holds the secret. */
const attacks: readonly (Attack & { readonly name: string; readonly says: string })[] = [
  { name: 'a mart', head: mart("'{{ var('pii_salt') }}'"), says: EXPOSED },
  { name: 'a mart, backwards', head: mart("'{{ var('pii_salt') | reverse }}'"), says: EXPOSED },
  { name: 'a mart, from the environment', head: mart("'{{ env_var('DBT_PII_SALT')[3:] }}'"), says: EXPOSED },
  {
    name: 'a mart, letter by letter',
    head: mart("{% for c in var('pii_salt') %}'{{ c }}' || {% endfor %}''"),
    says: EXPOSED,
  },
  { name: 'a mart, by its length', head: mart("{{ var('pii_salt') | length }}"), says: EXPOSED },
  { name: 'a mart, cut out of what the mask prints', head: mart(`'{{ hash_pii("id")[-20:-3] }}'`), says: UNKNOWN },
  {
    name: 'a mart, through a macro',
    head: {
      ...mart("'{{ peek() }}'"),
      'macros/peek.sql': "{% macro peek() %}{{ var('pii_salt') | upper }}{% endmacro %}\n",
    },
    says: EXPOSED,
  },
  {
    name: 'a mart, through another var',
    head: {
      ...mart("'{{ var('copy') }}'"),
      'dbt_project.yml': ['vars:\n', `vars:\n  copy: "{{ env_var('DBT_PII_SALT') | reverse }}"\n`],
    },
    says: EXPOSED,
  },
  {
    name: 'a mart, if something is so',
    head: mart("{% if var('pii_salt') < 'm' %}1{% else %}2{% endif %}"),
    says: EXPOSED,
  },
  {
    name: 'a test',
    head: { 'tests/t.sql': "select * from range({{ var('pii_salt') | length }}) where false\n" },
    says: EXPOSED,
  },
  {
    name: 'SQL in the variable of the secret',
    env: { DBT_PII_SALT: "' || reverse(sha256('x')) || 'a long enough secret for any mask" },
    says: UNVERIFIED,
  },
  {
    name: 'a star in what the mask prints',
    head: {
      [MACRO]:
        "{% macro hash_pii(x) %}sha256({{ x }} || '{{ var('pii_salt') }}' || columns('^id$')::varchar){% endmacro %}",
    },
    says: UNVERIFIED,
  },
  {
    name: 'another column in what the mask prints',
    head: { [MACRO]: "{% macro hash_pii(x) %}sha256({{ x }} || '{{ var('pii_salt') }}') || id{% endmacro %}" },
    says: UNVERIFIED,
  },
  {
    name: 'a query in what the mask prints',
    head: {
      [MACRO]: "{% macro hash_pii(x) %}sha256({{ x }} || '{{ var('pii_salt') }}' || (select 'x')){% endmacro %}",
    },
    says: UNVERIFIED,
  },
  {
    name: 'a secret beside other text',
    head: { [MACRO]: "{% macro hash_pii(x) %}sha256({{ x }} || 'a{{ var('pii_salt') }}'){% endmacro %}" },
    says: UNVERIFIED,
  },
  {
    name: 'a secret of the repository',
    head: {
      'dbt_project.yml': [
        `"{{ env_var('DBT_PII_SALT', 'only-for-the-example-data') }}"`,
        'f3b1-c0ffee-in-the-repository',
      ],
    },
    says: OTHER_SECRET,
  },
  {
    name: 'a secret of another variable',
    head: { 'dbt_project.yml': ["env_var('DBT_PII_SALT', 'only-for-the-example-data')", "env_var('DBT_OTHER')"] },
    env: { DBT_OTHER: 'e6d93f70-known-to-the-attacker' },
    says: OTHER_SECRET,
  },
  {
    name: 'a fallback in another variable',
    head: { 'dbt_project.yml': ["env_var('DBT_PII_SALT', 'only", "env_var('DBT_NOTHING', 'only"] },
    says: OTHER_SECRET,
  },
];

test.each(attacks)(
  'a secret or mask is not turned into $name',
  async ({ says, ...attack }) => {
    const result = await runAttack(attack);

    expect(result).toMatchObject({ code: 1 });
    expect(spell(result)).toContain(says);
    expect(hasSecret(result.words)).toBe(false);
  },
  60_000,
);

/** Hooks whose text depends on the secret, each in its own way. One run must find them all. */
const HOOKS = [
  "comment on table {{ this }} is '{{ var('pii_salt') | reverse }}'",
  "insert into {{ this }} select 1, '{{ env_var('DBT_PII_SALT')[2:] }}'",
  "update {{ this }} set s = '{{ hash_pii('id')[-30:-3] }}'",
  "{% if var('pii_salt') < 'm' %}insert into {{ this }} select 1, 'x'{% endif %}",
  '{{ run_query("insert into " ~ this ~ " select 1, \'" ~ var(\'pii_salt\') ~ "\'") }}',
];

test('no hook holds a secret, and a hook may mask', async () => {
  const models = [...HOOKS, "update {{ this }} set s = {{ hash_pii('s') }}"].map((hook, index) => [
    `models/marts/safe/hook_${index}.sql`,
    `{{ config(post_hook=${JSON.stringify(hook)}) }} select 1 as id, 'x' as s\n`,
  ]);
  const salt = "on-run-end: \"comment on schema main is '{{ var('pii_salt') }}'\"\nvars:\n";
  const result = await runAttack({ head: { ...Object.fromEntries(models), 'dbt_project.yml': ['vars:\n', salt] } });

  expect(result).toMatchObject({ code: 1 });
  expect(
    (result.report?.findings ?? []).flatMap((found) => (found.rule === 'secret-exposed' ? [found.node] : [])).sort(),
  ).toEqual([...HOOKS.map((_, index) => `hook_${index}`), 'operation.clinic.clinic-on-run-end-0']);
  expect(hasSecret(result.words)).toBe(false);
}, 60_000);

const SPOKEN = [
  "{{ exceptions.raise_compiler_error('v ' ~ env_var('DBT_PII_SALT')) }}",
  "{{ exceptions.raise_compiler_error('v ' ~ (var('pii_salt') | reverse)) }}",
  "{{ exceptions.raise_not_implemented(var('pii_salt')[1:]) }}",
  "{{ exceptions.missing_relation(var('pii_salt') | upper) }}",
  "{{ exceptions['raise_database_error'](msg=env_var('DBT_PII_SALT') | list | join('-')) }}",
  "{% set s = var('pii_salt') %}{% if execute %}{{ exceptions.raise_fail_fast_error(s ~ s) }}{% endif %}select 1 as x",
];

test.each(SPOKEN)(
  'no words of a template hold a secret: %s',
  async (text) => {
    const { code, words } = await runAttack({ head: { [LEAK]: text } });

    expect(code).not.toBe(0);
    expect(words).toContain('a message of its own');
    expect(hasSecret(words)).toBe(false);
  },
  60_000,
);

const WRITTEN =
  "{{ var('pii_salt') | reverse }}{{ env_var('DBT_PII_SALT') | reverse }}{{ var('pii_salt') | list | join('-') }}";

/** Every place of a project, apart from SQL, that may hold a template; each holds the secret in several forms. */
const DECLARED = {
  'models/marts/safe/one.sql': `{{ config(tags=[var('pii_salt') | reverse], meta={'m': env_var('DBT_PII_SALT')}, alias='one_' ~ (var('pii_salt') | reverse)) }}
    select 1 as one, '{{ target.schema }}' as schema, '{{ config.get("meta") | string | replace("'", "") }}' as meta, '{{ invocation_args_dict | string | replace("'", "") }}' as args, '{{ graph.nodes | string | replace("'", "") }}' <> '' as nodes`,
  'models/marts/safe/one.yml': `
models:
  - name: one
    description: "${WRITTEN} {{ doc('block') }}"
    meta: { model: "${WRITTEN}" }
    config: { tags: ["${WRITTEN}"], schema: "s_${WRITTEN}", persist_docs: { relation: true, columns: true } }
    columns:
      - name: one
        description: "${WRITTEN}"
        meta: { column: "${WRITTEN}" }
        tags: ["${WRITTEN}"]
        data_tests: [{ not_null: { name: "t_${WRITTEN}", config: { meta: { test: "${WRITTEN}" } } } }]
sources:
  - name: more
    description: "${WRITTEN}"
    schema: "s_${WRITTEN}"
    tables: [{ name: t, identifier: "t_${WRITTEN}", description: "${WRITTEN}", meta: { source: "${WRITTEN}" }, columns: [{ name: x, data_type: int }] }]
exposures:
  - name: board
    type: dashboard
    label: "${WRITTEN}"
    url: "https://example.test/${WRITTEN}"
    description: "${WRITTEN}"
    owner: { name: "${WRITTEN}", email: "a@${WRITTEN}.test" }
    depends_on: [ref('one')]
`,
  'models/block.md': `{% docs block %}${WRITTEN}{% enddocs %}`,
  'selectors.yml': `selectors: [{ name: some, description: "${WRITTEN}", definition: "tag:${WRITTEN}" }]`,
  'profiles.yml': ['schema: main', `schema: "main_{{ env_var('DBT_PII_SALT') | reverse }}"`],
  'dbt_project.yml': ['models:\n', `models:\n  +meta: { all: "${WRITTEN}" }\n  +tags: ["${WRITTEN}"]\n`],
} as const;

test('no name, description, tag or profile of a project holds a secret, in any form', async () => {
  using repository = openRepository({});
  repository.edit(DECLARED);
  const { directory } = repository;
  let words = '';
  for (const command of ['check', 'ls', 'parse', 'compile', 'docs generate']) {
    const more = command === 'ls' ? ['--output', 'json'] : [];
    // Once the secret comes from the environment, and once from the command line.
    const isGiven = command === 'check';
    const env = { DBT_PII_SALT: isGiven ? 'a-value-that-is-no-secret' : SALT };
    const vars = isGiven ? ['--vars', JSON.stringify({ pii_salt: SALT })] : [];
    const { stdout, stderr } = await fenceline([...command.split(' '), directory, ...more, ...vars], { env });
    words += stdout + stderr;
  }
  for (const entry of await readdir(join(directory, 'target'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) words += entry.name + (await readFile(join(entry.parentPath, entry.name), 'utf8'));
  }

  expect(words).toContain('one_***');
  expect(words).toContain('https://example.test/');
  expect(hasSecret(words)).toBe(false);
}, 120_000);

test('the file of the warehouse holds no secret, also where the model that masks is a view', async () => {
  let bytes = Buffer.alloc(0);
  const { code, stdout } = await runAttack({
    command: 'run',
    inspect: async (directory) => {
      bytes = await readFile(join(directory, 'target/warehouse.duckdb'));
    },
  });

  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.includes(SALT)).toBe(false);
}, 240_000);

function mart(expression: string): NonNullable<Attack['head']> {
  return { [LEAK]: `select id, ${expression} as s from ${SOURCE}\n` };
}

/** The secret, or half of it, as it is or backwards, in any case and with a separator. */
function hasSecret(words: string): boolean {
  const plain = words.toLowerCase();
  const secret = SALT.slice(10, 26);
  const forms = [secret, [...secret].reverse().join(''), [...secret].join('-')];
  return forms.some((form) => plain.includes(form));
}
