import { describe, expect, test } from 'vitest';
import { buildProject } from '../testing/built-project.ts';
import { searchMarts } from '../testing/search-marts.ts';

const USERS = `
  select i as id,
    'ann' || i || '.lee@mail' || i % 3 || '.example' as email,
    'Zora' || chr(cast(97 + i % 26 as integer)) || chr(cast(97 + i // 26 as integer)) as first_name,
    '+49 30 ' || 4000001 + i * 911 as phone,
    date '1950-01-01' + cast(i * 97 % 20000 as integer) as born,
    100000007 + i * 7919 as tax_number,
    (['f', 'm', 'other'])[1 + i % 3] as gender,
    i % 2 = 0 as is_active,
    json_object('ip', '10.1.' || i % 250 || '.' || i % 199, 'device', (['android', 'iphone'])[1 + i % 2], 'tags', ['t' || i || 'agged']) as seen
  from range(400) t(i)`;

const TAGGED = ['email', 'first_name', 'phone', 'born', 'tax_number', 'gender', 'is_active', 'seen'].map(
  (name) => `raw_user.${name}`,
);

/** Findings in the rows of a safe mart, as `error contact holds email in 400`. */
async function leaksIn(mart: string, users = USERS, tagged = TAGGED): Promise<readonly string[]> {
  await using built = await buildProject({
    sources: { raw_user: users, raw_event: 'select i as id, i % 400 as user_id from range(3000) t(i)' },
    tagged,
    models: { mart },
  });
  const found = await searchMarts(built);
  return found.map((finding) => {
    if (finding.rule !== 'value-leak') return finding.reason;
    const { severity, column, source, rows } = finding;
    const count = 'below' in rows ? `< ${rows.below}` : rows.exactly;
    return `${severity} ${column} holds ${source.column} in ${count}`;
  });
}

const leaks = [
  { name: 'a whole value', mart: 'select email as contact from raw_user', found: ['error contact holds email in 400'] },
  {
    name: 'a value in other case, with blanks around it',
    mart: `select '  ' || upper(email) as contact from raw_user`,
    found: ['error contact holds email in 400'],
  },
  {
    name: 'a single value among many others',
    mart: `select case when id = 77 then (select max(email) from raw_user where id = 77) else 'x' || id end as a from raw_event`,
    found: ['error a holds email in < 5'],
  },
  {
    name: 'a value inside a text',
    mart: `select 'Write to <' || email || '>, please' as note from raw_user`,
    found: ['error note holds email in 400'],
  },
  {
    name: 'a value glued to letters',
    mart: `select 'user' || email || 'x' as note from raw_user where id > 99`,
    found: ['error note holds email in 300'],
  },
  {
    name: 'a value in JSON',
    mart: `select to_json({ 'who': [email] }) as j from raw_user`,
    found: ['error j holds email in 400'],
  },
  {
    name: 'a value in a struct, a list and a map',
    mart: `select { 'a': { 'b': email } } as s, [email] as l, map([email], [1]) as m from raw_user`,
    found: ['s', 'l', 'm'].map((column) => `error ${column} holds email in 400`),
  },
  {
    name: 'JSON kept as text, with escapes',
    mart: `select cast(json_object('q', '"' || email || '"' || chr(10)) as varchar) as t from raw_user`,
    found: ['error t holds email in 400'],
  },
  {
    name: 'names, when there are many',
    mart: 'select first_name as a from raw_user',
    found: ['error a holds first_name in 400'],
  },
  {
    name: 'names inside a text that always has one',
    mart: `select 'Dear ' || first_name || ' and family' as a from raw_user limit 10`,
    found: ['error a holds first_name in 10'],
  },
  {
    name: 'a telephone number in other groups, or as a number',
    mart: `select '(+49) 30-' || right(phone, 7) as a, cast(regexp_replace(phone, '[^0-9]', '', 'g') as bigint) as b from raw_user`,
    found: ['error a holds phone in 400', 'error b holds phone in 400'],
  },
  {
    name: 'a number, also as text and as another type',
    mart: 'select tax_number as a, cast(tax_number as varchar) as b, cast(tax_number as decimal(18, 2)) as c from raw_user',
    found: ['a', 'b', 'c'].map((column) => `error ${column} holds tax_number in 400`),
  },
  {
    name: 'a number inside a text',
    mart: `select 'no. ' || tax_number || ' (tax)' as a from raw_user`,
    found: ['error a holds tax_number in 400'],
  },
  {
    name: 'a birthday, as date, timestamp and text',
    mart: 'select born as a, cast(born as timestamp) as b, cast(born as varchar) as c from raw_user',
    found: ['a', 'b', 'c'].map((column) => `error ${column} holds born in 400`),
  },
  {
    name: 'what stands in a JSON column',
    mart: `select seen ->> 'ip' as address, json_extract_string(seen, '$.tags[0]') as tag from raw_user where id < 50`,
    found: ['error address holds seen in 50', 'error tag holds seen in 50'],
  },
  {
    name: 'a digest without a secret',
    mart: 'select sha256(email) as a, md5(phone) as b from raw_user',
    found: ['error a holds email in 400', 'error b holds phone in 400'],
  },
  {
    name: 'one name alone, perhaps by coincidence',
    mart: `select 'Zorabb' as a union all select 'clinic ' || id from raw_event`,
    found: ['warning a holds first_name in < 5'],
  },
] as const;

describe('a safe mart is found to hold', () => {
  test.each(leaks)('$name', async ({ mart, found }) => {
    expect(await leaksIn(mart)).toEqual(found);
  });
});

const clean = [
  {
    name: 'a digest with a secret',
    mart: `select sha256('pepper' || email) as a, md5(phone || 'salt') as b, hash(tax_number) as c from raw_user`,
  },
  { name: 'the part of an address that many share', mart: `select split_part(email, '@', 2) as domain from raw_user` },
  { name: 'a status that is tagged, since it tells nobody apart', mart: `select gender, is_active from raw_user` },
  {
    name: 'a common word of a tagged JSON column',
    mart: `select (['android', 'iphone'])[1 + id % 2] as a from raw_event`,
  },
  { name: 'small numbers', mart: 'select user_id, count(*) as events, 1999 as year from raw_event group by all' },
  { name: 'identifiers in a row', mart: `select 100000 + id as order_id from raw_event` },
  { name: 'a calendar of recent years', mart: `select date '2024-01-01' + cast(id as integer) as day from raw_event` },
  {
    name: 'a calendar of the years people were born in',
    mart: `select date '1960-01-01' + cast(id as integer) as day from raw_event`,
  },
  { name: 'a name as part of another word', mart: `select 'Zorabbing ' || id as a from raw_event` },
  { name: 'a name inside a text, in other case', mart: `select 'the zorabb ' || id as a from raw_event` },
  { name: 'nothing', mart: 'select email from raw_user where false' },
  { name: 'columns without text or number', mart: `select true as a, interval 1 day as b, 'x'::blob as c` },
] as const;

describe('a safe mart is not accused for', () => {
  test.each(clean)('$name', async ({ mart }) => {
    expect(await leaksIn(mart)).toEqual([]);
  });
});

test('columns may have any name, those of the search itself as well', async () => {
  const names = ['raw', 'uses', 'col', 'kind', 'words', 'value', 'scale', '0', 'sel"ect'];
  const mart = `select ${names.map((name) => `email as "${name.replaceAll('"', '""')}"`).join(', ')} from raw_user`;

  expect(await leaksIn(mart)).toEqual(names.map((name) => `error ${name} holds email in 400`));
});

test('a table that is tagged as a whole has only personal columns', async () => {
  await using built = await buildProject({
    sources: { raw_user: USERS },
    models: { mart: 'select phone from raw_user' },
  });
  const tagged = [...built.project.sources].map(([id, source]) => [id, { ...source, tags: ['pii'] }] as const);

  const found = await searchMarts({ ...built, project: { ...built.project, sources: new Map(tagged) } });

  expect(found).toMatchObject([{ rule: 'value-leak', column: 'phone', source: { column: 'phone', piiType: 'pii' } }]);
});

test('words that are months as well are worth a look and no more', async () => {
  const names = `select unnest(['April', 'June', 'August', 'Ruth', 'Omar', 'Ines', 'Noor']) as first_name`;
  const months = `select monthname(date '2024-01-15' + to_months(cast(i as integer))) as month from range(12) t(i)`;

  expect(await leaksIn(months, names, ['raw_user.first_name'])).toEqual(['warning month holds first_name in < 5']);
});

test('values are looked for in every model of a tier that admits none, and in no other', async () => {
  await using built = await buildProject({
    sources: { raw_user: USERS },
    tagged: ['raw_user.email'],
    models: {
      staging: 'select email from raw_user',
      mart_a: 'select id from raw_user',
      mart_b: 'select email from staging',
      restricted: 'select email from staging',
    },
  });

  expect((await searchMarts(built)).map(({ model }) => model)).toEqual(['mart_b']);
});

test('rows of an older build are found, whatever the SQL says now', async () => {
  await using built = await buildProject({
    sources: { raw_user: USERS },
    tagged: ['raw_user.email'],
    models: { mart: 'select mask(email) as contact from raw_user' },
    instead: { mart: 'select email as contact from raw_user where id % 100 = 0' },
  });

  expect(await searchMarts(built)).toMatchObject([
    { rule: 'value-leak', model: 'mart', column: 'contact', rows: { below: 5 } },
  ]);
});
