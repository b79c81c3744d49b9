import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Files, load } from '../testing/small-project.ts';
import { UNSUPPORTED_CASES, type UnsupportedCase } from '../testing/unsupported-cases.ts';
import { UNSUPPORTED } from './features.ts';

const entries = Object.entries(UNSUPPORTED_CASES);

/** Lines `code file subject` of the uses that are left out, sorted. */
async function found(files: Files): Promise<readonly string[]> {
  const { leftOut } = await load(files, { missingPackages: 'leave-out' });
  return leftOut.map(({ code, location, subject }) => `${code} ${location.file} ${subject}`).sort();
}

function expected(code: string, { finds }: UnsupportedCase): readonly string[] {
  return finds.map((find) => `${code} ${find}`);
}

function fixed({ files, fixed: changes }: UnsupportedCase): Files {
  const after = Object.entries({ ...files, ...changes });
  return Object.fromEntries(after.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])));
}

describe.each(entries)('%s', (code, project) => {
  test('is found while the project is loaded', async () => {
    expect(await found(project.files)).toEqual([...expected(code, project)].sort());
  });

  test('is gone after its fix, which leads to no other refusal', async () => {
    expect(await found(fixed(project))).toEqual([]);
  });
});

/** The lines for a project that uses several entries. */
function expectedOf(entries: readonly (readonly [string, UnsupportedCase])[]): readonly string[] {
  return entries.flatMap(([code, project]) => expected(code, project)).sort();
}

test('whatever a project has of the table is told at once, and each fix takes away its own mistakes and no more', async () => {
  const choice = fc.subarray(entries).chain((used) => fc.tuple(fc.constant(used), fc.subarray(used)));
  await fc.assert(
    fc.asyncProperty(choice, async ([used, mended]) => {
      const open = used.filter((entry) => !mended.includes(entry));
      const files = [...open.map(([, project]) => project.files), ...mended.map(([, project]) => fixed(project))];
      const all = Object.fromEntries(files.flatMap((some) => Object.entries(some)));
      expect(await found(all)).toEqual(expectedOf(open));
    }),
    { numRuns: 40 },
  );
});

test.each([
  {
    name: 'a macro of the project with the name of a function of dbt',
    files: { 'macros/m.sql': '{% macro metric(x) %}1{% endmacro %}', 'models/m.sql': "select {{ metric('x') }} as id" },
  },
  {
    name: 'a Python model that the project disables',
    files: {
      'dbt_project.yml': 'name: app\nprofile: app\nmodels: {tools: {+enabled: false}}\n',
      'dbt_packages/tools/dbt_project.yml': 'name: tools\n',
      'dbt_packages/tools/models/p.py': '',
    },
  },
  {
    name: 'clauses of a merge on a model that is no incremental one',
    files: { 'models/m.sql': "{{ config(materialized='table', merge_clauses={'a': 1}) }} select 1 as id" },
  },
])('$name is none', async ({ files }) => {
  expect(await found(files)).toEqual([]);
});

test('a name that is nearly one of the supported ones is told', async () => {
  const files: Files = { 'models/m.sql': "{{ config(materialized='tabel') }} select 1 as id" };
  await expect(load(files)).rejects.toThrow(
    /models\/m\.sql:1:1 'tabel' of m is no materialization\. Did you mean 'table'\?/,
  );
});

test('each entry reads as a sentence', () => {
  for (const { what, found: place, fix } of Object.values(UNSUPPORTED)) {
    expect({ what, place, fix }).toEqual({
      what: expect.stringMatching(/^[A-Za-z].*[^.]$/),
      place: expect.stringMatching(/[^.]$/),
      fix: expect.stringMatching(/^(write|remove|set|put) .*[^.]$/),
    });
  }
});
