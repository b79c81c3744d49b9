import { describe, expect, test } from 'vitest';
import { readCatalog } from '../../warehouse/catalog.ts';
import { type BuiltProjectOptions, buildProject } from '../testing/built-project.ts';
import { findUntaggedColumns } from './untagged-columns.ts';

/** Findings about the columns of a source, as `email: contact`. */
async function proposals(query: string, options: Partial<BuiltProjectOptions> = {}): Promise<readonly string[]> {
  await using built = await buildProject({ sources: { raw_user: query }, ...options });
  const tables = await readCatalog(built.warehouse);
  const found = await findUntaggedColumns(built.project, tables, built.warehouse);
  return found.map(({ piiType, column }) => `${piiType}: ${column}`);
}

const list = (values: readonly string[]) => `select unnest([${values.map((value) => `'${value}'`).join(', ')}]) as a`;

const personal = [
  {
    name: 'e-mail addresses',
    query: `select 'u' || i || '@host.example' as a from range(50) t(i)`,
    found: ['email: a'],
  },
  {
    name: 'e-mail addresses among user names',
    query: `select case when i % 3 = 0 then 'u' || i || '@host.example' else 'u' || i end as a from range(60) t(i)`,
    found: ['email: a'],
  },
  {
    name: 'e-mail addresses in JSON',
    query: `select json_object('n', i, 'to', 'u' || i || '@host.example') as a from range(50) t(i)`,
    found: ['email: a'],
  },
  {
    name: 'international telephone numbers',
    query: `select '+4930' || 1000000 + i as a from range(50) t(i)`,
    found: ['phone: a'],
  },
  {
    name: 'telephone numbers in national groups',
    query: list(['(212) 555-0101', '212-555-0102', '1-212-555-0103', '030 / 555 0104', '01 55 50 10 05']),
    found: ['phone: a'],
  },
  {
    name: 'figures alone, in a column for telephone numbers',
    query: `select '030' || 1000000 + i as mobile_phone, 30000000000 + i as phone_number from range(50) t(i)`,
    found: ['phone: mobile_phone', 'phone: phone_number'],
  },
  {
    name: 'IPv4 addresses',
    query: `select '10.' || i || '.7.' || i + 1 as a from range(50) t(i)`,
    found: ['ip_address: a'],
  },
  {
    name: 'IPv6 addresses',
    query: list(['2001:db8::1', '2001:db8::2', 'fe80::1', '2001:0db8:0000:0000:0000:0000:0000:0004']),
    found: ['ip_address: a'],
  },
  {
    name: 'IBANs, in groups or not',
    query: list(['DE89 3704 0044 0532 0130 00', 'GB29NWBK60161331926819', 'FR1420041010050500013M02606']),
    found: ['iban: a'],
  },
  {
    name: 'payment cards',
    query: list([
      '4111 1111 1111 1111',
      '5555-5555-5555-4444',
      '378282246310005',
      '6011111111111117',
      '30569309025904',
      '3530111333300000',
    ]),
    found: ['payment_card: a'],
  },
  {
    name: 'social security numbers of the United States',
    query: list(['123-45-6789', '078-05-1120', '219-09-9999', '457-55-5462', '667-12-3456', '001-01-0001']),
    found: ['national_id: a'],
  },
  {
    name: 'National Insurance numbers',
    query: list(['AB 12 34 56 C', 'CE123456A', 'JG103759A', 'AP019283D', 'ZX047829C', 'HY112233B']),
    found: ['national_id: a'],
  },
  {
    name: 'French numbers, with a key',
    query: list(['2 55 08 14 168 025 38', '255081416802538']),
    column: 'insee',
    found: ['national_id: insee'],
  },
  {
    name: 'Spanish numbers, with a letter',
    query: list(['12345678Z', 'X1234567L', '00000000T', '00000001-R', '87654321X', '11111111H']),
    found: ['national_id: a'],
  },
  {
    name: 'Italian codes, with a letter',
    query: list(['RSSMRA85T10A562S', 'MRARSS80A01H501T']),
    column: 'codice_fiscale',
    found: ['national_id: codice_fiscale'],
  },
  {
    name: 'German tax numbers, with a check digit',
    query: list(['86095742719', '47036892816', '65929970489']),
    column: 'steuer_id',
    found: ['national_id: steuer_id'],
  },
];

describe('an untagged column of a source is proposed for its', () => {
  test.each(personal)('$name', async ({ query, column, found }) => {
    expect(await proposals(column === undefined ? query : `select a as ${column} from (${query})`)).toEqual(found);
  });
});

const harmless = [
  {
    name: 'names of columns that only sound personal',
    query: `select 'S' || i as scenario_code, i % 2 = 0 as email_verified, i % 15 as acid_level, i % 7 as incident_count,
      'mail' as email_type, i as phone_id, i as iban_count, 'v' || i as ip, 'open' as card_state, i as ssn_rank
      from range(200) t(i)`,
  },
  {
    name: 'orders, days and times',
    query: `select 'ORD-' || 100000 + i as a, '2025-' || 100000 + i as b, '000' || i || '-000' || i as c,
      date '2024-01-01' + cast(i as integer) as d, cast(date '2024-01-01' + cast(i as integer) as varchar) as e,
      strftime(date '2024-01-01' + cast(i as integer), '%d-%m-%Y') as f, '10:00:' || 10 + i % 50 as g,
      cast(timestamp '2024-01-01 10:00:00' + to_minutes(cast(i as integer)) as varchar) as h, 1700000000 + i as k,
      100000000000 + i * 7 as l from range(300) t(i)`,
  },
  {
    name: 'identifiers',
    query: `select uuid() as a, cast(uuid() as varchar) as b, md5(cast(i as varchar)) as c, sha256(cast(i as varchar)) as d,
      4000000000000000 + i * 37 as e, 10000000000 + i * 13 as f, '0-306-40615-' || i % 10 as g, i as h from range(300) t(i)`,
  },
  {
    name: 'prices, places and versions',
    query: `select i * 1.25 as a, '1,' || 100 + i || '.50' as b, cast(10115 + i as varchar) as c, 12345 + i || '-' || 1000 + i as d,
      '1.' || i || '.0.2' as version, '52.5' || i || ', 13.4' || i as e, '00:00:' || 10 + i % 50 as f
      from range(300) t(i)`,
  },
  {
    name: 'numbers that are right by chance',
    query: `select 4000000000000000 + i * 7919 as card_count from range(300) t(i)`,
  },
  { name: 'no rows', query: `select '' as email where false` },
  { name: 'blanks and nothing', query: `select unnest(['', ' ', null]) as email` },
] as const;

describe('nothing is proposed for', () => {
  test.each(harmless)('$name', async ({ query }) => {
    expect(await proposals(query)).toEqual([]);
  });
});

test('what is tagged, and what YAML says is not personal, is not proposed again', async () => {
  const query = `select 'u' || i || '@host.example' as a, 'v' || i || '@host.example' as B from range(50) t(i)`;

  expect(await proposals(query, { tagged: ['raw_user.A'], meta: { 'raw_user.b': { pii: false } } })).toEqual([]);
});

test('a large table is looked at all over, and always at the same rows', async () => {
  const query = `select case when i > 100000 then 'u' || i || '@host.example' else 'none' end as a from range(150000) t(i)`;

  expect(await proposals(query)).toEqual(['email: a']);
});
