import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { MaskSecret } from './mask-secret.ts';
import { loadMaskValues } from './mask-trial.ts';
import { VALUE_KINDS, type ValueKind } from './mask-values.ts';
import { MaskRefusal, type MaskVerdict, verifyMask } from './verify-mask.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDB(':memory:', { threads: 2 });
  await loadMaskValues(warehouse, new Set(VALUE_KINDS));
});
afterAll(() => warehouse[Symbol.asyncDispose]());

const SECRET = 'q7Hd02kLmz81vXcPw4Rt';

type Template = (x: string, secret: string) => string;

interface Attack {
  readonly mask: Template;
  /** Absent where the mask declares no secret. */
  readonly secret?: string | undefined;
  readonly isCommitted?: boolean;
  readonly kinds?: readonly ValueKind[];
}

function attack({
  mask,
  kinds = ['e-mail', 'birth date'],
  isCommitted = false,
  ...rest
}: Attack): Promise<MaskVerdict> {
  const secret: MaskSecret | undefined =
    'secret' in rest ? { name: 'salt', value: rest.secret, isCommitted } : undefined;
  return verifyMask({
    secret,
    kinds: new Set(kinds),
    render: async (expression, other) => mask(expression, other ?? rest.secret ?? ''),
    warehouse,
    timeoutMilliseconds: 60_000,
  });
}

/** A verdict as `clear guessed 100%`, with the weakness of the secret and the collisions of the output. */
function spell(verdict: MaskVerdict): string {
  if (verdict.status === 'unknown') return `unknown: ${verdict.reason}`;
  const { leaves, how, share, secret, colliding } = verdict;
  const weak = secret ? `; ${secret.weakness} secret, ${percent(secret.recovered)} recovered` : '';
  return `${leaves} ${how} ${percent(share)}${weak}${colliding > 0 ? '; collides' : ''}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

const text = (x: string): string => `cast(${x} as varchar)`;

const attacked: readonly (Attack & { readonly name: string; readonly expected: string })[] = [
  { name: 'the value itself', mask: (x) => x, expected: 'clear kept 100%' },
  { name: 'the value in capitals', mask: (x) => `upper(${text(x)})`, expected: 'clear kept 100%' },
  { name: 'the value backwards', mask: (x) => `reverse(${text(x)})`, expected: 'clear kept 100%' },
  {
    name: 'the value without accents and signs',
    mask: (x) => `regexp_replace(strip_accents(${x}), '\\W', '', 'g')`,
    kinds: ['name'],
    expected: 'clear kept',
  },
  {
    name: 'a date as it is written elsewhere',
    mask: (x) => `strftime(${x}, '%d.%m.%Y')`,
    kinds: ['birth date'],
    expected: 'clear kept 100%',
  },
  {
    name: 'all but the last letter',
    mask: (x) => `left(${x}, length(${x}) - 1) || '*'`,
    kinds: ['e-mail'],
    expected: 'clear kept 100%',
  },
  {
    name: 'some values as they are',
    mask: (x, s) => `case when ${x} like '%gmail%' then ${x} else sha256(${x} || '${s}') end`,
    secret: SECRET,
    kinds: ['e-mail'],
    expected: 'clear kept 9%',
  },

  { name: 'base64', mask: (x) => `to_base64(encode(${text(x)}))`, expected: 'clear decoded 100%' },
  {
    name: 'base64 twice',
    mask: (x) => `to_base64(encode(to_base64(encode(${text(x)}))))`,
    expected: 'clear decoded 100%',
  },
  { name: 'hexadecimal', mask: (x) => `hex(${text(x)})`, expected: 'clear decoded 100%' },
  { name: 'binary', mask: (x) => `bin(${text(x)})`, expected: 'clear decoded 100%' },
  { name: 'bytes', mask: (x) => `encode(${text(x)})`, expected: 'clear decoded 100%' },
  {
    name: 'letters moved by one',
    mask: (x) => `array_to_string(list_transform(string_split(${x}, ''), lambda c: chr(ascii(c) + 1)), '')`,
    kinds: ['e-mail'],
    expected: 'clear decoded 100%',
  },
  {
    name: 'letters moved by their position',
    mask: (x) =>
      `'u:' || array_to_string(list_transform(string_split(${x}, ''), lambda c, i: chr(cast(ascii(c) + i % 5 as int))), '')`,
    kinds: ['e-mail'],
    expected: 'clear decoded',
  },
  {
    name: 'letters replaced by a secret table',
    mask: (x, s) => `translate(${x}, 'abcdefghijklmnopqrstuvwxyz', md5('${s}')[1:1] || 'zyxwvutsrqponmlkjihgfedcb')`,
    secret: SECRET,
    kinds: ['e-mail'],
    expected: 'clear decoded',
  },
  {
    name: 'dates moved by a secret number of days',
    mask: (x, s) => `${x} + to_days(cast(hash('${s}') % 5000 as int))`,
    secret: SECRET,
    kinds: ['birth date'],
    expected: 'clear decoded 100%',
  },
  {
    name: 'numbers with a secret flipped in',
    mask: (x, s) => `xor(${x}, cast(hash('${s}') % 1000000 as bigint))`,
    secret: SECRET,
    kinds: ['number'],
    expected: 'clear decoded 100%',
  },

  { name: 'md5 without a salt', mask: (x) => `md5(${text(x)})`, expected: 'clear guessed 100%' },
  { name: 'sha1 without a salt', mask: (x) => `sha1(${text(x)})`, expected: 'clear guessed 100%' },
  {
    name: 'sha256 of the value in small letters',
    mask: (x) => `sha256(lower(${text(x)}))`,
    expected: 'clear guessed 100%',
  },
  { name: 'sha256 as bytes', mask: (x) => `unhex(sha256(${text(x)}))`, expected: 'clear guessed 100%' },
  { name: 'the hash of the engine', mask: (x) => `hash(${x})`, expected: 'clear guessed 100%' },
  {
    name: 'a piece of a hash without a salt',
    mask: (x) => `'user-' || substr(md5(${text(x)}), 3, 10)`,
    expected: 'pseudonymous linked 100%; undeclared secret, 100% recovered',
  },
  {
    name: 'md5 with the salt everybody takes',
    mask: (x) => `md5(${text(x)} || 'salt')`,
    expected: 'clear guessed 100%',
  },
  {
    name: 'a salt written into the macro',
    mask: (x) => `sha256(${text(x)} || '${SECRET}')`,
    expected: 'pseudonymous linked 100%; undeclared secret, 100% recovered',
  },
  {
    name: 'a salt beside the hash',
    mask: (x, s) => `md5(${text(x)}) || '${s}'`,
    secret: SECRET,
    expected: 'clear guessed 100%',
  },

  {
    name: 'sha256 with a secret',
    mask: (x, s) => `sha256(${text(x)} || '${s}')`,
    secret: SECRET,
    expected: 'pseudonymous linked 100%',
  },
  {
    name: 'a normalized value, hashed with a secret',
    mask: (x, s) => `upper(md5('${s}' || lower(trim(${text(x)}))))`,
    secret: SECRET,
    expected: 'pseudonymous linked 100%',
  },
  {
    name: 'a committed secret',
    mask: (x, s) => `sha256(${text(x)} || '${s}')`,
    secret: SECRET,
    isCommitted: true,
    expected: 'pseudonymous linked 100%; committed secret, 100% recovered',
  },
  {
    name: 'a short secret',
    mask: (x, s) => `sha256(${text(x)} || '${s}')`,
    secret: 'q7Hd02kLmz',
    expected: 'pseudonymous linked 100%; short secret, 100% recovered',
  },
  {
    name: 'a default secret',
    mask: (x, s) => `sha256(${text(x)} || '${s}')`,
    secret: 'ChangeMe',
    expected: 'pseudonymous linked 100%; default secret, 100% recovered',
  },
  {
    name: 'a secret that is empty',
    mask: (x, s) => `sha256(${text(x)} || '${s}')`,
    secret: '',
    expected: 'pseudonymous linked 100%; missing secret, 100% recovered',
  },
  {
    name: 'a secret that nobody sets',
    mask: (x, s) => `sha256(${text(x)} || '${s}')`,
    secret: undefined,
    expected: 'pseudonymous linked 100%; missing secret, 100% recovered',
  },
  {
    name: 'a secret that the mask does not use',
    mask: (x) => `sha256(${text(x)} || '${SECRET}')`,
    secret: SECRET,
    expected: 'pseudonymous linked 100%; unused secret, 100% recovered',
  },
  {
    name: 'a secret that only some values get',
    mask: (x, s) => `sha256(${text(x)} || case when ${text(x)} like '%a%' then '${s}' else 'x' end)`,
    secret: SECRET,
    kinds: ['name'],
    expected: 'pseudonymous linked 100%; unused secret, 100% recovered',
  },
  ...['8f14c2a97be05d3614b2', 'e6d93f70a1c84b5279df'].map((standIn) => ({
    name: `a secret that only the stand-in ${standIn} gets`,
    mask: (x: string, s: string | undefined) => `sha256(${text(x)} || '${s === standIn ? s : 'not-the-secret'}')`,
    secret: SECRET,
    expected: 'unknown: the secret salt is not one whole text literal where it is printed',
  })),

  {
    name: 'eight digits of a hash',
    mask: (x, s) => `left(sha256(${text(x)} || '${s}'), 8)`,
    secret: SECRET,
    expected: 'pseudonymous linked 100%',
  },
  {
    name: 'six digits of a hash',
    mask: (x, s) => `left(sha256(${text(x)} || '${s}'), 6)`,
    secret: SECRET,
    expected: 'pseudonymous linked 100%; collides',
  },
  {
    name: 'the hash of a family name',
    mask: (x, s) => `sha256(split_part(${x}, ' ', 2) || '${s}')`,
    secret: SECRET,
    kinds: ['name'],
    expected: 'pseudonymous linked 100%; collides',
  },
  {
    name: 'four digits of a hash',
    mask: (x, s) => `left(sha256(${text(x)} || '${s}'), 4)`,
    secret: SECRET,
    expected: 'pseudonymous linked 100%; collides',
  },
  { name: 'one digit of a hash', mask: (x) => `left(md5(${text(x)}), 1)`, expected: 'aggregate grouped 100%' },

  {
    name: 'the first three letters',
    mask: (x) => `left(${x}, 3) || '***'`,
    kinds: ['e-mail', 'name'],
    expected: 'partial piece 100%',
  },
  {
    name: 'the last four digits',
    mask: (x) => `regexp_replace(${x}, '^.*(.{4})$', '***\\1')`,
    kinds: ['phone number'],
    expected: 'partial piece 100%',
  },
  {
    name: 'the domain of an e-mail',
    mask: (x) => `split_part(${x}, '@', 2)`,
    kinds: ['e-mail'],
    expected: 'partial piece 100%',
  },
  {
    name: 'the year of a date',
    mask: (x) => `date_trunc('year', ${x})`,
    kinds: ['birth date'],
    expected: 'partial piece 99%',
  },
  {
    name: 'the last three digits of a number',
    mask: (x) => `${x} % 1000`,
    kinds: ['number'],
    expected: 'partial piece',
  },
  {
    name: 'whether somebody is born before a day',
    mask: (x) => `${x} < date '1970-01-01'`,
    kinds: ['birth date'],
    expected: 'aggregate grouped 100%',
  },
  {
    name: 'a ten-year band',
    mask: (x) => `(2026 - year(${x})) // 10`,
    kinds: ['birth date'],
    expected: 'aggregate grouped 100%',
  },

  { name: 'a constant', mask: () => "'***'", expected: 'none nothing 100%' },
  { name: 'NULL', mask: () => 'null', expected: 'none nothing 100%' },
  { name: 'something random', mask: () => 'uuid()', expected: 'none nothing 100%' },
  {
    name: 'digits crossed out of a phone number',
    mask: (x) => `regexp_replace(${x}, '[0-9]', 'X', 'g')`,
    kinds: ['phone number'],
    expected: 'none nothing 100%',
  },
  {
    name: 'digits crossed out of a name',
    mask: (x) => `regexp_replace(${x}, '[0-9]', 'X', 'g')`,
    kinds: ['name'],
    expected: 'clear kept 100%',
  },
];

describe('an attack on', () => {
  test.each(attacked)('$name', async ({ expected, ...mask }) => {
    expect(spell(await attack(mask))).toMatch(expected.endsWith('%') ? new RegExp(`^${expected}$`) : expected);
  });
});

const refused: readonly (Attack & { readonly name: string; readonly reason: string })[] = [
  {
    name: 'reads a file',
    mask: () => "(select content from read_text('/etc/hostname'))",
    reason: 'read_text() is refused: it reads files',
  },
  {
    name: 'calls what is not there',
    mask: (x) => `vault_encrypt(${x})`,
    reason: 'the engine refuses it (catalog)',
  },
  { name: 'reads another column', mask: (x) => `sha256(${x} || tenant)`, reason: 'the engine refuses it (binder)' },
  { name: 'prints two expressions', mask: (x) => `md5(${x})), (1`, reason: 'it does not print exactly one expression' },
  { name: 'prints a query', mask: () => '1) from (select 2', reason: 'it does not print exactly one expression' },
  {
    name: 'prints two statements',
    mask: () => '1); drop table masked_values_0; select (2',
    reason: 'it does not print exactly one expression',
  },
  { name: 'prints nothing', mask: () => '', reason: 'it does not print exactly one expression' },
  { name: 'always fails', mask: (x) => `error(${x})`, reason: 'the engine refuses it (invalid input)' },
  {
    name: 'quotes a value when it fails',
    mask: (x) => `cast(${x} as int) + random()`,
    reason: 'the engine refuses it (conversion)',
  },
];

describe('nothing is known of a mask that', () => {
  test.each(refused)('$name', async ({ reason, ...mask }) => {
    expect(spell(await attack({ kinds: ['e-mail'], ...mask }))).toBe(`unknown: ${reason}`);
  });

  test('cannot be rendered', async () => {
    const verdict = await verifyMask({
      secret: undefined,
      kinds: new Set(['e-mail']),
      render: () => Promise.reject(new MaskRefusal('it needs two arguments')),
      warehouse,
      timeoutMilliseconds: 60_000,
    });

    expect(spell(verdict)).toBe('unknown: it needs two arguments');
  });
});

test('a mask that does not end is given up', async () => {
  const verdict = await verifyMask({
    secret: undefined,
    kinds: new Set(['e-mail']),
    render: async (x) =>
      `(select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = length(${x}))`,
    warehouse,
    timeoutMilliseconds: 500,
  });

  expect(spell(verdict)).toBe('unknown: it runs for more than 0.5 seconds');
});

const noted = [
  { name: 'NULL stays NULL', mask: (x: string) => `sha256(${x} || '${SECRET}')`, notes: [] },
  {
    name: 'NULL gets a value of its own',
    mask: (x: string) => `sha256(coalesce(${x}, '') || '${SECRET}')`,
    notes: ['masks-null'],
  },
  {
    name: 'case makes no difference',
    mask: (x: string) => `sha256(lower(${x}) || '${SECRET}')`,
    notes: ['folds-case'],
  },
];

test.each(noted)('it is noted whether $name', async ({ mask, notes }) => {
  const verdict = await attack({ mask, kinds: ['e-mail'] });

  expect(verdict.status === 'judged' && verdict.notes).toEqual(notes);
});
