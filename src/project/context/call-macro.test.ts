import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openProjectFiles } from '../../config/project-files.ts';
import { UserError } from '../../user-error.ts';
import { loadProject } from '../load/load-project.ts';
import type { Project } from '../project.ts';

const FILES = {
  'dbt_project.yml': `name: app
version: "1"
profile: app
vars:
  written: in-the-file
  number: 42
  nothing: null
  fallback: "{{ env_var('FENCELINE_UNSET', 'in-the-file') }}"
  given: "{{ env_var('FENCELINE_SALT', 'in-the-file') }}"
  behind: "{{ var('given') }}"
  required: "{{ env_var('FENCELINE_UNSET') }}"
`,
  'profiles.yml': 'app:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: dev.duckdb, schema: main}\n',
  'macros/masks.sql': `{% macro salted(column, suffix='') %}sha256({{ column }} || '{{ var("written") }}{{ suffix }}'){% endmacro %}
{% macro returned(column) %}{{ return('md5(' ~ column ~ ')') }}{% endmacro %}
{% macro executed(column) %}{% if execute %}{{ column }}{% else %}md5({{ column }}){% endif %}{% endmacro %}
{% macro asking(column) %}{% set rows = run_query('select 1') %}{{ column }}{% endmacro %}
{% macro constant() %}'x'{% endmacro %}
{% macro shadowed(column) %}root({{ column }}){% endmacro %}
`,
  'dbt_packages/helpers/dbt_project.yml': 'name: helpers\nversion: "1"\nvars:\n  helpers: {written: of-the-package}\n',
  'dbt_packages/helpers/macros/shadowed.sql': '{% macro shadowed(column) %}package({{ column }}){% endmacro %}\n',
};

async function load(): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'fenceline-macros-'));
  try {
    for (const [path, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    return await loadProject({
      files: openProjectFiles(directory),
      vars: { shouted: 'from-the-command-line' },
      targetName: undefined,
      profilesDirectories: [directory],
      environment: { FENCELINE_SALT: 'from-outside' },
      isVisibleVariable: () => true,
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function call(id: string, vars: Readonly<Record<string, string>> = {}): Promise<string> {
  const project = await load();
  const macro = project.macros.get(`macro.${id}`);
  if (!macro) throw new Error(`no macro ${id}`);
  return project.macroCaller.call(macro, ['value'], new Map(Object.entries(vars)));
}

const called = [
  { name: 'prints', id: 'app.salted', expected: "sha256(value || 'in-the-file')" },
  {
    name: 'prints with another var',
    id: 'app.salted',
    vars: { written: 'other' },
    expected: "sha256(value || 'other')",
  },
  { name: 'returns', id: 'app.returned', expected: 'md5(value)' },
  { name: 'prints while compiling, not while parsing', id: 'app.executed', expected: 'value' },
  { name: 'prints in the root project', id: 'app.shadowed', expected: 'root(value)' },
  { name: 'prints in its package', id: 'helpers.shadowed', expected: 'package(value)' },
];

test.each(called)('a call gives what the macro $name', async ({ id, vars, expected }) => {
  expect(await call(id, vars)).toBe(expected);
});

describe('a call is refused', () => {
  test.each([
    {
      name: 'where the macro asks the warehouse',
      id: 'app.asking',
      message: 'a macro outside of a node cannot query the warehouse',
    },
    { name: 'where the macro takes no argument', id: 'app.constant', message: 'takes not more than 0 argument(s)' },
  ])('$name', async ({ id, message }) => {
    const refused = call(id);
    await expect(refused).rejects.toBeInstanceOf(UserError);
    await expect(refused).rejects.toThrow(message);
  });
});

const set = [
  { name: 'written', value: 'in-the-file', origin: 'file' },
  { name: 'number', value: '42', origin: 'file' },
  { name: 'nothing', value: '', origin: 'file' },
  { name: 'fallback', value: 'in-the-file', origin: 'fallback' },
  { name: 'given', value: 'from-outside', origin: 'outside' },
  { name: 'behind', value: 'from-outside', origin: 'outside' },
  { name: 'shouted', value: 'from-the-command-line', origin: 'outside' },
];

test.each(set)('the var $name comes from: $origin', async ({ name, value, origin }) => {
  const { macroCaller } = await load();

  expect(await macroCaller.variable(name, 'app')).toEqual({ value, origin });
});

test('a var is read as the package of the macro reads it', async () => {
  const { macroCaller } = await load();

  expect(await macroCaller.variable('written', 'helpers')).toEqual({ value: 'in-the-file', origin: 'file' });
});

test('a var nobody sets has no value, and one whose environment variable is missing is a mistake', async () => {
  const { macroCaller } = await load();

  expect(await macroCaller.variable('absent', 'app')).toBeUndefined();
  await expect(macroCaller.variable('required', 'app')).rejects.toThrow('FENCELINE_UNSET');
});
