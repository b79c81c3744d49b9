import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import lineageSchema from '../../schema/lineage.schema.json' with { type: 'json' };
import reportSchema from '../../schema/report.schema.json' with { type: 'json' };
import { copyExample, type Edit, fenceline, type ProjectCopy } from './cli.ts';
import { sharedPostgres } from './shared-postgres.ts';

let project: ProjectCopy;
let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  project = await copyExample();
  postgres = await sharedPostgres();
  expect((await fenceline(['run', project.directory, ...postgres.args])).code).toBe(0);
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

const URL_OF_VARIABLE: Edit = {
  file: 'fenceline.yml',
  find: 'postgres:\n',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
  put: 'postgres:\n  url: ${CLINIC_DATABASE_URL}\n',
};

const commands: readonly {
  readonly name: string;
  readonly args: readonly string[];
  readonly says: readonly (string | RegExp)[];
}[] = [
  { name: 'check decides the contract without rows', args: ['check'], says: [/pass/i] },
  {
    name: 'ls lists what is selected',
    args: ['ls', '--select', 'marts.safe', '--exclude', 'mart_event_type_volume'],
    says: ['clinic.marts.safe.mart_appointment_funnel'],
  },
  { name: 'lineage draws where personal data goes', args: ['lineage'], says: ['flowchart', 'mart_user_engagement'] },
  { name: 'lineage gives its JSON', args: ['lineage', '--format', 'json'], says: ['"raw.raw_user.first_name"'] },
  {
    name: 'lineage tells OpenLineage events',
    args: ['lineage', '--format', 'openlineage', '--select', 'stg_users'],
    says: [/^\{"eventType":"COMPLETE",.*"name":"model\.clinic\.stg_users".*\}\n$/],
  },
  {
    name: 'compile prints the files it wrote',
    args: ['compile', '--select', 'stg_users'],
    says: ['target/compiled/clinic/models/staging/stg_users.sql'],
  },
  { name: 'test runs the tests again', args: ['test', '--select', 'stg_users'], says: [/pass/i] },
  {
    name: 'build builds what is selected',
    args: ['build', '--select', 'mart_event_type_volume'],
    says: [/mart_event_type_volume|1 model/],
  },
  { name: 'sync copies the tables again', args: ['sync'], says: [] },
];

test.each(commands)('$name', async ({ args: [command = '', ...flags], says }) => {
  const { code, stdout, stderr } = await fenceline([
    command,
    project.directory,
    ...flags,
    ...(command === 'sync' ? postgres.args : []),
  ]);

  expect({ code, stderr }).toMatchObject({ code: 0 });
  for (const text of says) expect(stdout).toMatch(text);
});

test('build makes the folder of a warehouse that is not there yet', async () => {
  await using clean = await copyExample([{ file: 'models/one.sql', text: 'select 1 as id' }]);

  const { code, stderr } = await fenceline(['build', clean.directory, '--select', 'one']);

  expect({ code, stderr }).toMatchObject({ code: 0 });
});

test('explain shows every step to a column', async () => {
  const { code, stdout } = await fenceline(['explain', 'mart_user_engagement.first_name', project.directory]);

  expect(code).toBe(0);
  expect(stdout).toContain('raw.raw_user.first_name');
  expect(stdout).toContain('models/marts/restricted/mart_user_engagement.sql:22:5');
});

test('explain --json gives each step with its place', async () => {
  const { code, stdout } = await fenceline(['explain', 'mart_user_engagement.first_name', project.directory, '--json']);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'traced',
    paths: [
      {
        source: 'raw.raw_user.first_name',
        pii_type: 'name',
        steps: [
          {
            name: 'mart_user_engagement.first_name',
            state: 'clear',
            location: { file: 'models/marts/restricted/mart_user_engagement.sql', line: 22, column: 5 },
          },
        ],
      },
    ],
  });
});

test('explain lists what personal data reaches an exposure', async () => {
  await using exposing = await copyExample([
    {
      file: 'models/exposures.yml',
      text: 'exposures: [{name: board, type: dashboard, owner: {name: Ada}, depends_on: ["ref(\'mart_user_engagement\')"]}]\n',
    },
  ]);

  const { code, stdout } = await fenceline(['explain', 'exposure:board', exposing.directory]);

  expect(code).toBe(0);
  expect(stdout).toContain('mart_user_engagement.first_name holds raw.raw_user.first_name (name) clear');
});

test('explain names the nearest column', async () => {
  const { code, stderr } = await fenceline(['explain', 'mart_user_engagement.frist_name', project.directory]);

  expect(code).toBe(2);
  expect(stderr).toContain("Did you mean 'first_name'?");
});

test.each([
  { format: 'comment', file: 'comment.md' },
  { format: 'sarif', file: 'results.sarif' },
  { format: 'junit', file: 'junit.xml' },
  { format: 'mermaid', file: 'lineage.mmd' },
])('report renders $file again, as the run wrote it', async ({ format, file }) => {
  const folder = join(project.directory, 'target/fenceline');

  const { code, stdout } = await fenceline(['report', '--from', join(folder, 'report.json'), '--format', format]);

  expect(code).toBe(0);
  expect(stdout.trim()).toBe((await readFile(join(folder, file), 'utf8')).trim());
});

test.each([
  { file: 'report.json', schema: reportSchema },
  { file: 'lineage.json', schema: lineageSchema },
])('$file is what its schema describes', async ({ file, schema }) => {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);

  validate(JSON.parse(await readFile(join(project.directory, 'target/fenceline', file), 'utf8')));

  expect(validate.errors).toBeNull();
});

test.each([
  { command: 'check' },
  { command: 'lineage' },
  { command: 'explain', column: ['mart_user_engagement.first_name'] },
  { command: 'compile' },
  { command: 'ls' },
])('$command asks for no address, since it asks no server', async ({ command, column = [] }) => {
  await using unset = await copyExample([URL_OF_VARIABLE]);

  const { code, stderr } = await fenceline([command, ...column, unset.directory]);

  expect({ code, stderr }).toMatchObject({ code: 0 });
});

test('run asks for no address where another one is given', async () => {
  await using unset = await copyExample([URL_OF_VARIABLE]);

  const { code, stderr } = await fenceline(['run', unset.directory, ...postgres.args]);

  expect({ code, stderr }).toMatchObject({ code: 0 });
});

test('sync says which variable of the address is not set', async () => {
  await using unset = await copyExample([URL_OF_VARIABLE]);

  const { code, stderr } = await fenceline(['sync', unset.directory]);

  expect(code).toBe(2);
  expect(stderr).toContain('fenceline.yml:5:8 the environment variable CLINIC_DATABASE_URL is not set');
  expect(stderr).toContain('fix: set CLINIC_DATABASE_URL');
});

test('report refuses a file that is none', async () => {
  const { code, stderr } = await fenceline(['report', '--from', join(project.directory, 'fenceline.yml')]);

  expect(code).toBe(2);
  expect(stderr).toContain('report.json');
});

test('every command teaches with --help', async () => {
  for (const command of ['run', 'check', 'sync', 'build', 'test', 'compile', 'ls', 'lineage', 'explain', 'report']) {
    const { code, stdout } = await fenceline([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: fenceline ${command}`);
  }
});
