import { expect, test } from 'vitest';
import { copyExample, type Edit, fenceline } from '../e2e/cli.ts';

/** A mistake that once was reported as our own, or left out silently: now it is one error with its place. */
interface SmallError {
  readonly name: string;
  readonly edit: Edit;
  readonly says: RegExp;
}

const model = (text: string): Edit => ({ file: 'models/attack.sql', text });
const sqlTest = (text: string): Edit => ({ file: 'tests/attack.sql', text });
const setting = (line: string): Edit => ({
  file: 'dbt_project.yml',
  find: 'config-version: 2\n',
  put: `config-version: 2\n${line}\n`,
});

const errors: readonly SmallError[] = [
  ...[
    `adapter['__proto__']`,
    'adapter.__proto__',
    `adapter|attr('__proto__')`,
    `adapter['__defineGetter__']`,
    `adapter['__proto__']['x']`,
    `adapter['constructor']()`,
  ].map((expression) => ({
    name: expression,
    edit: model(`select 1 as a {{ ${expression} }}`),
    says: /models\/attack\.sql:1:\d+ .*(is unsafe|has no attribute|is undefined)/,
  })),
  ...[
    'seed-paths: ["../../x"]',
    'model-paths: [models, ".."]',
    'macro-paths: ["macros/../../x"]',
    'test-paths: ["/etc"]',
    'snapshot-paths: ["./../x"]',
    'packages-install-path: ../x',
  ].map((line) => ({
    name: line,
    edit: line.startsWith('model-paths')
      ? { file: 'dbt_project.yml', find: 'model-paths: [models]', put: line }
      : line.startsWith('macro-paths')
        ? { file: 'dbt_project.yml', find: 'macro-paths: [macros]', put: line }
        : line.startsWith('test-paths')
          ? { file: 'dbt_project.yml', find: 'test-paths: [tests]', put: line }
          : setting(line),
    says: /dbt_project\.yml:\d+:\d+ .* is not in the project folder/,
  })),
  ...["'abc'", "'1; drop table x'", '-1', '1.5', 'true', "{'a': 1}"].map((limit) => ({
    name: `limit ${limit}`,
    edit: sqlTest(`{{ config(limit=${limit}) }}select 1 as a where false`),
    says: /tests\/attack\.sql:\d+:\d+ config 'limit' must be a whole number/,
  })),
  ...[
    "{'enforced': true}",
    "{'enforced': 'true'}",
    "{'enforced': 1}",
    'dict(enforced=true)',
    "{'enforced': true, 'alias_types': false}",
  ].map((contract) => ({
    name: `contract ${contract}`,
    edit: model(`{{ config(contract=${contract}) }}select 1 as a`),
    says: /models\/attack\.sql:\d+:\d+ .*has an enforced contract and declares no column/,
  })),
];

test.each(errors)('$name', async ({ edit, says }) => {
  await using project = await copyExample([edit]);

  const { code, stderr } = await fenceline(['check', project.directory]);

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
  expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
});

test.each([
  'select 1 as a\u0000, 2 as b',
  '\u0000select 1 as a',
  "select 'x\u0000y' as a",
  'select 1 as a -- \u0000',
  'select 1 as "a\u0000b"',
  "select {{ '\\x00' }} 1 as a",
])('a model of a tier with NUL is unknown: %j', async (text) => {
  await using project = await copyExample([{ file: 'models/marts/safe/attack.sql', text }]);

  const { code, stdout } = await fenceline(['check', project.directory]);

  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringMatching(/models\/marts\/safe\/attack\.sql:1:\d+ .*NUL/),
  });
});
