import { describe, expect, test } from 'vitest';
import { judgeValues } from './judge-values.ts';

interface Case {
  readonly name: string;
  readonly values: readonly string[];
  readonly table?: string;
  readonly regions?: readonly string[];
}

function judged({ name, values, table = 'entries', regions = [] }: Case): string | undefined {
  return judgeValues({ name, type: 'VARCHAR', table, neighbours: [name], regions, values });
}

const numbered = (count: number, value: (i: number) => string) => Array.from({ length: count }, (_, i) => value(i));

const PERSONAL: readonly (readonly [kind: string, of: string, column: Case])[] = [
  ['email', 'addresses with names in front', { name: 'c1', values: ['Ada <ada@a.example>', '"B, C" <b@a.example>'] }],
  ['email', 'mailto', { name: 'c1', values: ['mailto:ada@a.example?subject=x', 'mailto:b@a.example'] }],
  ['email', 'a query of a URL', { name: 'c1', values: ['/u?to=ada%40a.example', '/u?to=b%40a.example'] }],
  ['email', 'another alphabet', { name: 'c1', values: ['почта@пример.рф', '用户@例子.公司'] }],
  ['ip_address', 'addresses with ports', { name: 'c1', values: numbered(9, (i) => `10.2.3.${i + 1}:4${i}43`) }],
  ['ip_address', 'IPv4 within IPv6', { name: 'c1', values: numbered(9, (i) => `::ffff:81.2.69.${i + 1}`) }],
  ['ip_address', 'IPv6 with ports', { name: 'c1', values: numbered(9, (i) => `[2001:db8::${i + 1}]:443`) }],
  ['ip_address', 'forwarded lists', { name: 'c1', values: numbered(9, (i) => `81.2.69.${i + 1}, 10.0.0.1`) }],
  ['ip_address', 'hosts of inet', { name: 'c1', values: numbered(9, (i) => `81.2.69.${i + 1}/24`) }],
  ['device_id', 'MAC addresses', { name: 'c1', values: numbered(9, (i) => `00:1b:44:11:3a:b${i}`) }],
  ['phone', 'E.164', { name: 'c1', values: numbered(9, (i) => `+4930901820${i}0`) }],
  ['phone', 'tel: and extensions', { name: 'c1', values: numbered(9, (i) => `tel:+1-212-555-010${i} x12`) }],
  ['phone', 'national, by the country', { name: 'c1', regions: ['NL'], values: numbered(9, (i) => `020 624 111${i}`) }],
  [
    'phone',
    'one country code, of any length',
    { name: 'c1', values: numbered(9, (i) => `+994${'9'.repeat(9)}${i}${i % 2 === 0 ? '' : i}`) },
  ],
  ['phone', 'an area behind a zero, with blanks', { name: 'c1', values: numbered(9, (i) => `056${i}8 8664192${i}`) }],
  [
    'phone',
    'blocks of changing length behind a zero',
    { name: 'c1', values: ['05976-0-4415', '03-3378-7016', '0122-32-8744', '058-428-2605', '080-837-6443'] },
  ],
  [
    'phone',
    'each person with other separators',
    {
      name: 'c1',
      values: ['(976) 244-1505 x694', '276.885.3378', '705-533-3579 x12', '874.565.8428', '(993) 213-8737'],
    },
  ],
  ['phone', 'plain digits, by the name', { name: 'mobile', table: 'user', values: numbered(9, (i) => `67012345${i}`) }],
  ['payment_card', 'cards', { name: 'card_number', values: ['4111 1111 1111 1111', '6304000000000000'] }],
  ['location', 'homes', { name: 'c1', table: 'customer', values: numbered(9, (i) => `52.5200${i}, 13.4049${i}`) }],
];

describe('values are personal:', () => {
  test.each(PERSONAL)('%s of %s', (kind, _of, column) => {
    expect(judged(column)).toBe(kind);
  });
});

const HARMLESS: readonly (readonly [of: string, column: Case])[] = [
  ['words with two colons', { name: 'c1', values: numbered(9, (i) => `ab${i}::bed`) }],
  ['C++ names', { name: 'c1', values: numbered(9, (i) => `abc::def${i}`) }],
  ['networks', { name: 'c1', values: numbered(9, (i) => `10.${i}.0.0/16`) }],
  ['networks without their length', { name: 'c1', values: numbered(9, (i) => `192.168.${i}.0`) }],
  ['signed numbers', { name: 'c1', values: numbered(9, (i) => `+${i + 1}83920174`) }],
  ['loopback', { name: 'c1', values: ['127.0.0.1', '127.0.0.2', '127.0.0.3', '::1'] }],
  ['versions', { name: 'c1', values: numbered(9, (i) => `1.${i}.0.2`) }],
  ['service addresses', { name: 'c1', values: ['support@a.example', 'no-reply@b.example', 'info@c.example'] }],
  ['addresses of databases', { name: 'c1', values: ['postgres://app:x@db.example/a', 'https://ci@host.example/b'] }],
  ['packages', { name: 'c1', values: ['react@18.2.0', 'left-pad@1.3.0'] }],
  ['places of stores', { name: 'c1', table: 'stores', values: numbered(9, (i) => `52.5200${i}, 13.4049${i}`) }],
  ['order numbers', { name: 'order_ref', values: numbered(9, (i) => `(212) 555-010${i}`) }],
  ['dates', { name: 'c1', values: numbered(9, (i) => `0${i + 1}.02.2024`) }],
  ['amounts', { name: 'c1', values: numbered(9, (i) => `+1250.${i}0`) }],
  [
    'EAN',
    { name: 'c1', values: ['4006381333931', '5901234123457', '9780306406157', '4012345678901', '9783161484100'] },
  ],
];

describe('nothing is said of', () => {
  test.each(HARMLESS)('%s', (_of, column) => {
    expect(judged(column)).toBeUndefined();
  });
});
