import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { copyExample, type Edit, fenceline } from './cli.ts';

interface BadInput {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Texts that must be on stderr: the place, what is wrong, what to do. */
  readonly says: readonly string[];
}

const FUNNEL = 'models/marts/safe/mart_appointment_funnel.sql';

const cases: readonly BadInput[] = [
  {
    name: 'an unknown key in fenceline.yml',
    edits: [{ file: 'fenceline.yml', find: '  undeclared_columns: error', put: '  undeclared_colums: error' }],
    says: ['fenceline.yml:23:3', 'undeclared_colums', "Did you mean 'undeclared_columns'?"],
  },
  {
    name: 'an unknown key in dbt_project.yml',
    edits: [{ file: 'dbt_project.yml', find: 'macro-paths', put: 'macro-path' }],
    says: ['dbt_project.yml:7:1', 'macro-path', "Did you mean 'macro-paths'?"],
  },
  {
    name: 'a warehouse that is no file',
    edits: [
      {
        file: 'profiles.yml',
        find: 'path: target/warehouse.duckdb',
        put: 'path: "md:clinic?motherduck_token=s3cretword"',
      },
    ],
    says: ['profiles.yml:6:13', "the path of target 'dev' is no file"],
  },
  {
    name: 'an unknown key in properties YAML',
    edits: [{ file: 'models/marts/_marts.yml', find: '    columns:', put: '    colums:' }],
    says: ['models/marts/_marts.yml:6:5', 'colums', "Did you mean 'columns'?"],
  },
  {
    name: 'a value of the wrong type',
    edits: [{ file: 'fenceline.yml', find: 'version: 1', put: 'version: one' }],
    says: ['fenceline.yml:2:10', 'version'],
  },
  {
    name: 'YAML that is none',
    edits: [{ file: 'models/marts/_marts.yml', find: 'models:', put: 'models: [' }],
    says: ['models/marts/_marts.yml:'],
  },
  {
    name: 'a ref to a model that does not exist',
    edits: [{ file: FUNNEL, find: "ref('int_appointment_lifecycle')", put: "ref('int_appointment_lifecycl')" }],
    says: [`${FUNNEL}:11:9`, "ref('int_appointment_lifecycl')", "Did you mean 'int_appointment_lifecycle'?"],
  },
  {
    name: 'a source that is not declared',
    edits: [
      { file: 'models/staging/stg_users.sql', find: "source('raw', 'raw_user')", put: "source('raw', 'raw_users')" },
    ],
    says: ['models/staging/stg_users.sql:11:9', 'raw_users', "Did you mean 'raw_user'?"],
  },
  {
    name: 'a cycle',
    edits: [
      {
        file: 'models/staging/stg_organizations.sql',
        find: "{{ source('raw', 'raw_organization') }}",
        put: "{{ ref('mart_appointment_funnel') }}",
      },
    ],
    says: ['cycle', 'mart_appointment_funnel', 'int_appointment_lifecycle', 'stg_organizations', '.sql:'],
  },
  {
    name: 'a source that sync does not provide',
    edits: [{ file: 'fenceline.yml', find: '    event: { from: public.activity_event }\n', put: '' }],
    says: ['models/staging/_sources.yml:', "source('raw', 'raw_event')", 'sync.tables'],
  },
  {
    name: 'a syntax error in Jinja',
    edits: [
      { file: FUNNEL, find: "{{ ref('int_appointment_lifecycle') }}", put: "{{ ref('int_appointment_lifecycle' }}" },
    ],
    says: [`${FUNNEL}:11:`, '^'],
  },
  {
    name: 'a missing secret variable in fenceline.yml',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
    edits: [{ file: 'fenceline.yml', find: 'postgres:\n', put: 'postgres:\n  url: ${CLINIC_DATABASE_URL}\n' }],
    says: ['fenceline.yml:5:8', 'CLINIC_DATABASE_URL'],
  },
  {
    name: 'a missing variable in a template',
    edits: [
      {
        file: 'dbt_project.yml',
        find: "env_var('DBT_PII_SALT', 'only-for-the-example-data')",
        put: "env_var('DBT_PII_SALT')",
      },
    ],
    says: ['dbt_project.yml:13:', 'DBT_PII_SALT'],
  },
  {
    name: 'an unreachable Postgres',
    edits: [],
    args: ['--postgres', 'url', '--postgres-url', 'postgres://nobody:s3cretword@127.0.0.1:1/none'],
    says: ['127.0.0.1', 'fix:'],
  },
  {
    name: 'a table that does not exist in Postgres',
    edits: [{ file: 'fenceline.yml', find: 'public.activity_event', put: 'public.activity_events' }],
    says: ['fenceline.yml:14:', 'public.activity_events', "Did you mean 'public.activity_event'?"],
  },
  {
    name: 'an excluded column that does not exist',
    edits: [{ file: 'fenceline.yml', find: 'exclude: [password]', put: 'exclude: [passwort]' }],
    says: ['fenceline.yml:12:', 'passwort', "Did you mean 'password'?"],
  },
  {
    name: 'a mistake in the set-up SQL',
    edits: [{ file: 'fixtures/schema.sql', find: 'monthly_fee numeric(10, 2)', put: 'monthly_fee numerik(10, 2)' }],
    says: ['fixtures/schema.sql:8:', 'numerik'],
  },
  {
    name: 'a mask that no macro defines',
    edits: [{ file: 'fenceline.yml', find: 'hash_pii: {', put: 'hash_pi: {' }],
    says: ['fenceline.yml:21:', 'hash_pi', "Did you mean 'hash_pii'?"],
  },
  {
    name: 'a tier that holds no model',
    edits: [{ file: 'fenceline.yml', find: 'path: marts/safe', put: 'path: marts/save' }],
    says: ['fenceline.yml:18:', 'marts/save', 'marts/safe'],
  },
  {
    name: 'a selector that matches nothing',
    edits: [],
    args: ['--select', 'mart_apointment_funnel'],
    says: ['mart_apointment_funnel', "Did you mean 'mart_appointment_funnel'?"],
  },
  { name: 'an unknown option', edits: [], args: ['--selekt', 'x'], says: ['--selekt', '--select'] },
];

test.each(cases)(
  '$name is one clear error, exit 2, and nothing is written',
  async ({ edits, args = [], env = {}, says }) => {
    await using project = await copyExample(edits);

    const { code, stdout, stderr } = await fenceline(['run', project.directory, ...args], { env });

    expect({ code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
    for (const text of says) expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/s3cretword|\n\s+at /);
    const written = await readdir(project.directory, { recursive: true });
    expect(written.filter((path) => path.startsWith('target') && path !== 'target')).toEqual([]);
  },
);

test.each([
  {
    name: 'a syntax error in SQL',
    edit: { file: FUNNEL, find: 'group by all', put: 'group all' },
    says: [`${FUNNEL}:12:`, 'syntax error'],
  },
  {
    name: 'a column that does not exist',
    edit: { file: FUNNEL, find: '    organization_name,', put: '    organisation_name,' },
    says: [`${FUNNEL}:3:5`, 'organisation_name'],
  },
])('$name makes its model unknown; with --all-models it ends the check', async ({ edit, says }) => {
  await using project = await copyExample([edit]);

  const { code, stdout } = await fenceline(['check', project.directory]);
  for (const text of says) expect(stdout).toContain(text);
  expect(stdout).toContain('mart_appointment_funnel cannot be traced');
  expect(code).toBe(1);

  const strict = await fenceline(['check', project.directory, '--all-models']);
  for (const text of says) expect(strict.stderr).toContain(text);
  expect(strict.code).toBe(2);
});
