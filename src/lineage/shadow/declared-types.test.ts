import { expect, test } from 'vitest';
import { load } from '../../project/testing/small-project.ts';
import { mistakeText, UserError } from '../../user-error.ts';
import { openRunTexts } from '../run-texts.ts';
import { traceStatically } from '../trace-statically.ts';

const PLANT = "create macro main.reverse(x) as 'x'; create table main.zz (y int";

const refused = [
  ['a type that is no type', 'nosuch'],
  ['a type and other statements', `timestamptz); ${PLANT}`],
  ['a type and a file', "timestamptz); copy (select 1) to 'written.txt'; create table main.zz (y int"],
  ['two types', 'int, w int'],
  ['a type with a default', "int default getenv('HOME')"],
  ['a generated column', "int as (getenv('HOME'))"],
  ['a type and a comment that hides what follows', 'int /*'],
  ['a query', "int) as select content as email from read_text('/etc/hostname') --"],
  ['what closes a cast', 'int) from read_text("/etc/hostname") where (true'],
  ['a type and NUL', 'int\u0000'],
] as const;

test.each(refused)('%s is refused at its place', async (_, type) => {
  expect(await mistakesWith(type)).toEqual([
    `models/sources.yml:4:88 '${type}' of column last_login of raw.users is no type DuckDB knows.`,
  ]);
});

test.each(['timestamptz', 'INT', 'decimal(10, 2) -- money', 'struct("a""b" int)', "enum('a', 'it''s')", 'int[]'])(
  'one type in any spelling is that type: %s',
  async (type) => {
    expect(await mistakesWith(type)).toEqual([]);
  },
);

test('every type that is none is told, each at its place', async () => {
  const project = await load({
    'models/sources.yml': [
      'sources: [{name: raw, schema: main, tables: [',
      '  {name: a, columns: [{name: x, data_type: one}]},',
      '  {name: b, columns: [{name: y, data_type: two}, {name: z, data_type: int}]}]}]',
      '',
    ].join('\n'),
  });

  const error = await trace(project).catch((cause: unknown) => cause);

  expect(error instanceof UserError ? error.mistakes.map(({ location }) => location) : error).toEqual([
    { file: 'models/sources.yml', line: 2, column: 44 },
    { file: 'models/sources.yml', line: 3, column: 44 },
  ]);
});

test('a type of column_types that is none is told at its place', async () => {
  const project = await load({
    'seeds/codes.csv': 'id,note\n1,2\n',
    'seeds/seeds.yml': 'seeds:\n  - name: codes\n    config: {column_types: {note: "int); drop table x; --"}}\n',
  });
  // The file is read when the seed is: its folder is gone by now.
  const seeded = {
    ...project,
    readSeed: () => ({
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'int); drop table x; --' },
      ],
      rows: [],
    }),
  };

  await expect(trace(seeded)).rejects.toThrow(
    "seeds/seeds.yml:3:35 'int); drop table x; --', which column_types gives the column note of codes",
  );
});

async function mistakesWith(type: string): Promise<readonly string[]> {
  const project = await load({
    'models/sources.yml': `sources:
  - {name: raw, schema: main, tables: [
      {name: users, columns: [{name: email, data_type: varchar, tags: [pii]},
        {name: id, data_type: int}, {name: last_login, description: 'Last', data_type: ${JSON.stringify(type)}}]}]}
`,
    'models/leak.sql': "select id, reverse(email) as e from {{ source('raw', 'users') }}",
  });
  try {
    await trace(project);
    return [];
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return cause.mistakes.map((mistake) => mistakeText({ ...mistake, fix: '' }).trim());
  }
}

function trace(project: Awaited<ReturnType<typeof load>>) {
  const { signal } = new AbortController();
  const runTexts = openRunTexts();
  return traceStatically({ project, warehouse: undefined, masks: [], runTexts, adapter: undefined, signal });
}
