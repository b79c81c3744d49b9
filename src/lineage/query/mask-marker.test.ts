import { describe, expect, test } from 'vitest';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { spell, traceQuery } from '../testing/trace-query.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { MaskMarker } from './mask-marker.ts';
import { withoutMarks } from './without-marks.ts';

const MASKS = [
  { macro: 'hash_pii', yields: 'pseudonymous' },
  { macro: 'domain_of', yields: 'partial' },
  { macro: 'keyed', yields: 'pseudonymous' },
] as const;

/** Renders a query; `print` gives the output of a macro call, with or without marks. */
type Render = (print: (macro: string, output: string, argument?: string) => string) => string;

const hash = "sha256(email || 'salt')";

async function traceMarked(render: Render): Promise<ReturnType<typeof spell>> {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`create table users (id int, email varchar, name varchar, born date)`);
  const marker = new MaskMarker(MASKS, 'f00d', new Map([['keyed', ["md5(value || 'salt')"]]]));
  const marked = render((macro, output, argument = 'email') => marker.wrap(macro, output, argument));
  await marker.verify(
    marked,
    render((_, output) => output),
    warehouse,
  );
  return spell(await traceQuery(marked, warehouse, marker.marks()));
}

const MASKED = 'TRANSFORMATION users.email pseudonymous hash_pii';

const masked: readonly {
  readonly name: string;
  readonly render: Render;
  readonly columns: readonly unknown[];
}[] = [
  {
    name: 'a select list',
    render: (print) => `select ${print('hash_pii', hash)} as h from users`,
    columns: [[MASKED]],
  },
  {
    name: 'a select list, without an alias',
    render: (print) => `select ${print('hash_pii', hash)} from users`,
    columns: [[MASKED]],
  },
  {
    name: 'another expression',
    render: (print) => `select upper(${print('hash_pii', hash)}) || '!' as h from users`,
    columns: [[MASKED]],
  },
  {
    name: 'GROUP BY and the select list',
    render: (print) =>
      `select ${print('hash_pii', hash)} as h, count(*) as n from users group by ${print('hash_pii', hash)}`,
    columns: [[MASKED], ['GROUP_BY users.email hash_pii']],
  },
  {
    name: '* REPLACE',
    render: (print) => `select * exclude (name, born) replace (${print('hash_pii', hash)} as email) from users`,
    columns: [['IDENTITY users.id clear'], [MASKED]],
  },
  {
    name: 'another mask: both count, the weaker state stays',
    render: (print) => `select ${print('domain_of', `split_part(${print('hash_pii', hash)}, '@', 2)`)} as h from users`,
    columns: [
      ['CONDITIONAL users.email hash_pii domain_of', 'TRANSFORMATION users.email pseudonymous hash_pii domain_of'],
    ],
  },
  {
    name: 'a CASE: what decides is not masked',
    render: (print) => `select ${print('hash_pii', "case when name = 'Ann' then email end")} as h from users`,
    columns: [['CONDITIONAL users.name', MASKED]],
  },
  {
    name: 'a mask that tests its argument',
    render: (print) => `select ${print('hash_pii', "case when email <> '' then email end")} as h from users`,
    columns: [['CONDITIONAL users.email hash_pii', MASKED]],
  },
  {
    name: 'output that ends in a comment',
    render: (print) => `select ${print('hash_pii', `${hash} -- salted`)}\nas h from users`,
    columns: [[MASKED]],
  },
  {
    name: 'a date',
    render: (print) => `select ${print('domain_of', "date_trunc('year', born)")} as y from users`,
    columns: [['TRANSFORMATION users.born partial domain_of']],
  },
  {
    name: 'one of two columns',
    render: (print) => `select ${print('hash_pii', hash)} as h, email from users`,
    columns: [[MASKED], ['IDENTITY users.email clear']],
  },
  {
    name: 'a call with any one expression, where the mask was tried',
    render: (print) => `select ${print('keyed', "md5(lower(email) || 'salt')")} as h from users`,
    columns: [['TRANSFORMATION users.email pseudonymous keyed']],
  },
  {
    name: 'a call around another',
    render: (print) =>
      `select ${print('keyed', `md5(${print('keyed', "md5( users.email||'salt') -- once", 'users.email')}\n || 'salt')`)} from users`,
    columns: [['TRANSFORMATION users.email pseudonymous keyed']],
  },
  ...["lower(email) || ''", 'trim(email)', 'cast(email as varchar)'].map((argument) => ({
    name: `a call with the whole value: ${argument}`,
    render: (print: Parameters<Render>[0]) => `select ${print('keyed', `md5(${argument} || 'salt')`)} as h from users`,
    columns: [['TRANSFORMATION users.email pseudonymous keyed']],
  })),
  {
    name: 'a call with the value or a constant where there is none, as a mask tells anyway',
    render: (print) => `select ${print('keyed', "md5(coalesce(email, '') || 'salt')")} as h from users`,
    columns: [['CONDITIONAL users.email keyed', 'TRANSFORMATION users.email pseudonymous keyed']],
  },
  ...[
    { argument: 'email[4]', hidden: 'TRANSFORMATION users.email partial' },
    { argument: "(email = 'ann@example.org')", hidden: 'TRANSFORMATION users.email partial' },
    { argument: "case when email > 'm' then email end", hidden: 'CONDITIONAL users.email' },
    { argument: "nullif(email, 'ann@example.org')", hidden: 'CONDITIONAL users.email' },
    { argument: "unnest(string_split(email, ''))", hidden: 'TRANSFORMATION users.email clear' },
  ].map(({ argument, hidden }) => ({
    name: `a call with what is computed from the value, which no mask hides: ${argument}`,
    render: (print: Parameters<Render>[0]) => `select ${print('keyed', `md5(${argument} || 'salt')`)} as h from users`,
    columns: [expect.arrayContaining([hidden])],
  })),
  {
    name: 'a macro that is no mask',
    render: (print) => `select ${print('other', hash)} as h from users`,
    columns: [['TRANSFORMATION users.email clear']],
  },
];

describe('a mask is seen in', () => {
  test.each(masked)('$name', async ({ render, columns }) => {
    expect((await traceMarked(render)).columns).toEqual(columns);
  });
});

const refused: readonly { readonly name: string; readonly render: Render }[] = [
  {
    name: 'that the template edits',
    render: (print) => `select ${print('hash_pii', hash).replace('sha256', '')} as h from users`,
  },
  {
    name: 'that the template puts into upper case',
    render: (print) => `select ${print('hash_pii', hash).toUpperCase()} as h from users`,
  },
  { name: 'of two expressions', render: (print) => `select ${print('hash_pii', 'md5(email), name')} from users` },
  {
    name: 'that binds otherwise without brackets',
    render: (print) => `select ${print('hash_pii', '1 + 2')} * 3 as h, email from users`,
  },
  {
    name: 'that the template looks at',
    render: (print) => `select ${print('hash_pii', hash).startsWith('sha') ? 'email' : 'id'} from users`,
  },
  {
    name: 'whose argument ends its call',
    render: (print) => `select ${print('keyed', "md5('x' || '') || email || md5('y' || 'salt')")} as h from users`,
  },
  {
    name: 'that prints something else for this argument',
    render: (print) => `select ${print('keyed', 'email')} as h from users`,
  },
  {
    name: 'that takes more arguments, and another function by one',
    render: (print) => `select ${print('keyed', "lower(email || 'salt')")} as h from users`,
  },
  {
    name: 'that has another secret here',
    render: (print) => `select ${print('keyed', "md5(email || '')")} as h from users`,
  },
  ...[
    "'ann@example.org'",
    'r',
    "r || '@example.org'",
    "case when r = 0 then email else 'ann@example.org' || r end",
  ].map((argument) => ({
    name: `that shows what it makes of a guess: ${argument}`,
    render: (print: Parameters<Render>[0]) =>
      `select r, ${print('keyed', `md5(${argument} || 'salt')`)} as h from users, range(9) t(r)`,
  })),
  { name: 'of half an expression', render: (print) => `select ${print('hash_pii', 'email ||')} 'x' as h from users` },
];

describe('a query is unknown because of a mask', () => {
  test.each(refused)('$name', async ({ render }) => {
    await expect(traceMarked(render)).rejects.toBeInstanceOf(UnknownFlow);
  });
});

test('a text with escapes that spells a mark is no mark', async () => {
  const spelled = String.raw`E'\x5f_fl_f00d_0'`;
  const forged: Render = (print) =>
    `select ${print('hash_pii', hash)} as h, struct_extract({${spelled}: email}, ${spelled}) as e from users`;

  await expect(traceMarked(forged)).rejects.toBeInstanceOf(UnknownFlow);
});

test('a text of a template that looks like a mark is no mark', async () => {
  const forged: Render = (print) =>
    `select ${print('hash_pii', hash)} as h, struct_pack(__fl_0 := (\nemail\n)).__fl_0 as e from users`;

  expect((await traceMarked(forged)).columns[1]).toEqual(['TRANSFORMATION users.email clear']);
});

test('stripping gives the text without marks', () => {
  const marker = new MaskMarker(MASKS, 'f00d', new Map());
  const marked = `select ${marker.wrap('domain_of', `f(${marker.wrap('hash_pii', 'x', 'a')})`, 'x')}, ${marker.wrap('hash_pii', 'y', 'b')}`;

  expect(marker.strip(marked)).toBe('select f(x), y');
  expect(withoutMarks('struct_pack(__fl_f00d_0 := ( x )).__fl_f00d_0')).toBe('x');
  expect(withoutMarks('struct_pack(__fl_f00d_0 := ( x ), __fl_f00d_0_of := ( a )).__fl_f00d_0')).toBe('x');
});
