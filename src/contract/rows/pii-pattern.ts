import { literal, type Sql, sql } from '../../sql.ts';

/** A kind of personal value that can be recognized by its form. */
export interface PiiPattern {
  /** The `meta.pii_type` to write. */
  readonly piiType: string;
  /** SQL: whether `value`, a text without blanks around it, has the form. */
  readonly test: Sql;
  /** Evidence that is enough whatever the column is called; absent where many other things have the same form. */
  readonly alone: Evidence | undefined;
  /** Weaker evidence that is enough in a column with such a name. */
  readonly named: Evidence & { readonly name: RegExp };
  /** Names of columns that hold other things of the same form. */
  readonly not?: RegExp;
}

/** How many of a column's different values must have the form; more where the form is often there by chance. */
export interface Evidence {
  /** 0 to 1. */
  readonly share: number;
  readonly values: number;
}

/** SQL: the value without blanks, dots and hyphens, in upper case. */
const PLAIN = sql`upper(regexp_replace(value, '[ .-]', '', 'g'))`;

const LETTERS = sql`string_split(${PLAIN}, '')`;
/** SQL: the number that the character `c` of a lambda is. */
const FIGURE = sql`cast(c as integer)`;
/** SQL: the number that the character `c` of a lambda counts as: a figure as itself, a letter from 0 for `A` on. */
const RANK = sql`case when c between '0' and '9' then ascii(c) - 48 else ascii(c) - 65 end`;

/** Local parts of addresses of a service, which are nobody's. */
const SERVICE = String.raw`(?i)(^|[^\p{L}\p{N}._%+-])(info|support|no-?reply|do-?not-?reply|sales|admin|office|contact|hello|help|service|billing|postmaster|webmaster|hostmaster|abuse|newsletter|notifications?|alerts?|root|mailer-daemon|marketing|security|team|jobs|press)@`;

export const EMAIL = String.raw`[^\s@,;:<>()"']+@([\p{L}\p{N}-]+\.)+[\p{L}]{2,}`;
const OCTET = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
export const IPV4 = String.raw`(${OCTET}\.){3}${OCTET}`;

const PHONE_NAME =
  /phone|mobile|(^|_)(tel|cell|fax|telp|hp)(_|no|nr|$)|telefon|teléfono|telephone|telepon|celular|cellulare|m[oó]vil|rufnummer|handy|whatsapp|msisdn|denwa|keitai|dianhua|shouji/;

/** Names of columns with numbers of things. */
const OTHER_NUMBERS =
  /order|invoice|(^|_)(rma|ref|sku|lot|batch|ticket|part|serial|doc|po|awb|ean|upc|gtin|isbn)(_|$)|tracking|parcel|shipment|voucher|contract|article|product|build|version|balance|delta|amount|price|total|score/;

/** Groups, ranges and check digits as their authorities publish them. The first pattern that fits a column counts. */
export const PII_PATTERNS: readonly PiiPattern[] = [
  {
    piiType: 'email',
    // Alone, with a name in front of it, in mailto:, or inside a text.
    test: sql`(contains(value, '@') and regexp_matches(value, ${literal(EMAIL)}) and not regexp_matches(value, ${literal(SERVICE)})
      and not regexp_matches(value, '://[^\s/]*@'))`,
    alone: { share: 0.2, values: 2 },
    named: { name: /mail/, share: 0.1, values: 1 },
  },
  {
    piiType: 'iban',
    test: checked(String.raw`[A-Z]{2}\d{2}[A-Z0-9]{11,30}`, ibanCheck()),
    alone: { share: 0.5, values: 2 },
    named: { name: /iban|account|konto/, share: 0.2, values: 1 },
  },
  {
    piiType: 'ip_address',
    test: ipAddress(),
    alone: { share: 0.8, values: 4 },
    named: { name: /(^|_)ip(v?[46])?(_|$)|remote_addr/, share: 0.5, values: 2 },
    not: /version|release|build|firmware|(^|_)os(_|$)|cidr|subnet|netmask|network|(^|_)range/,
  },
  {
    piiType: 'payment_card',
    test: checked(
      String.raw`4\d{12}(\d{3}){0,2}|(5[1-5]|2[2-7])\d{14}|3[47]\d{13}|(6011|65\d\d|64[4-9]\d)\d{12}|3(0[0-5]|[68]\d)\d{11}|35(2[89]|[3-8]\d)\d{12}|62\d{14,17}`,
      luhnCheck(),
    ),
    alone: { share: 0.8, values: 6 },
    named: { name: /card|(^|_)c?c_?num|(^|_)pan(_|$)/, share: 0.5, values: 2 },
  },
  nationalId(
    // The United States: no area 000, 666 or 9xx, no group 00, no serial 0000.
    sql`(${isAll(String.raw`\d{3}-\d{2}-\d{4}`)} and not regexp_matches(value, '^(000|666|9)|-00-|-0000$'))`,
    /ssn|social|tax_?id|(^|_)tin(_|$)/,
  ),
  // The same without separators: nine figures are any number where the column is not called so.
  {
    piiType: 'national_id',
    test: sql`(${isAll(String.raw`\d{9}`)} and not regexp_matches(value, '^(000|666|9)|^...00|0000$'))`,
    alone: undefined,
    named: { name: /(^|_)(ssn|social_security(_n(o|umber))?)$/, share: 0.5, values: 2 },
  },
  nationalId(
    // The United Kingdom: no prefix that is never given out.
    sql`(${isAll('[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]', PLAIN)}
      and not regexp_matches(${PLAIN}, '^(BG|GB|KN|NK|NT|TN|ZZ)'))`,
    /nino|insurance/,
  ),
  nationalId(
    checked(String.raw`[12]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2[AB])\d{8}`, nirCheck()),
    /(^|_)nir(_|$)|secu|insee/,
  ),
  nationalId(checked(String.raw`(\d{8}|[XYZ]\d{7})[A-Z]`, dniCheck()), /(^|_)(dni|nie|nif)(_|$)/),
  nationalId(
    checked(String.raw`[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]`, codiceFiscaleCheck()),
    /fiscal|codice/,
  ),
  // Germany. Its check digit alone is right by chance in a tenth of all numbers.
  nationalId(checked(String.raw`[1-9]\d{10}`, steuerIdCheck()), /tax_?id|steuer|id_?nr/),
  {
    piiType: 'phone',
    test: phone(),
    alone: { share: 0.6, values: 4 },
    named: { name: PHONE_NAME, share: 0.3, values: 2 },
    not: OTHER_NUMBERS,
  },
  // Other groups, and figures without any, may be any number: they are telephone numbers only in a column of that name.
  {
    piiType: 'phone',
    test: sql`(${isAll(String.raw`(?i)(tel:|phone:|\+)?[ +]*\(?\d[\d ()./-]*( ?(x|ext[.]?|#) ?\d{1,6})?`)}
      and length(regexp_replace(value, '[^0-9]', '', 'g')) between 7 and 18
      and not regexp_full_match(value, '\d{4}-\d{2}-\d{2}.*|\d{2}[./]\d{2}[./]\d{4}'))`,
    alone: undefined,
    named: { name: PHONE_NAME, share: 0.8, values: 4 },
    not: /_(id|count|at|key)$|verified/,
  },
];

function nationalId(test: Sql, name: RegExp): PiiPattern {
  return {
    piiType: 'national_id',
    test,
    alone: { share: 0.8, values: 6 },
    named: { name, share: 0.5, values: 2 },
  };
}

function isAll(pattern: string, text = sql`value`): Sql {
  return sql`regexp_full_match(${text}, ${literal(pattern)})`;
}

/** SQL: whether the value has the form and passes the check, which fails on another form. */
function checked(pattern: string, check: Sql): Sql {
  return sql`case when ${isAll(pattern, PLAIN)} then ${check} else false end`;
}

/** ISO 13616: the number with country and check digits at its end, letters from 10 on, has the remainder 1 by 97. */
function ibanCheck(): Sql {
  const value = sql`case when c between '0' and '9' then ascii(c) - 48 else ascii(c) - 55 end`;
  return sql`list_reduce(
    list_transform(string_split(substr(${PLAIN}, 5) || substr(${PLAIN}, 1, 4), ''), lambda c: ${value}),
    lambda rest, digit: (rest * case when digit > 9 then 100 else 10 end + digit) % 97) = 1`;
}

/** ISO/IEC 7812: every second figure from the end doubles. */
function luhnCheck(): Sql {
  return sql`list_sum(list_transform(string_split(reverse(${PLAIN}), ''), lambda c, i:
    case when i % 2 = 1 then ${FIGURE} when ${FIGURE} > 4 then 2 * ${FIGURE} - 9 else 2 * ${FIGURE} end)) % 10 = 0`;
}

/** France: 97 less the remainder by 97; Corsica's letters count as figures. */
function nirCheck(): Sql {
  const figures = sql`replace(replace(substr(${PLAIN}, 1, 13), '2A', '19'), '2B', '18')`;
  return sql`97 - cast(${figures} as bigint) % 97 = cast(right(${PLAIN}, 2) as integer)`;
}

/** Spain: a letter by the remainder by 23, for foreigners as well. */
function dniCheck(): Sql {
  const number = sql`cast(translate(left(${PLAIN}, 8), 'XYZ', '012') as integer)`;
  return sql`substr('TRWAGMYFPDXBNJZSQVHLCKE', ${number} % 23 + 1, 1) = right(${PLAIN}, 1)`;
}

/** Italy: characters in odd places count by a table. */
function codiceFiscaleCheck(): Sql {
  const odd = sql`[1,0,5,7,9,13,15,17,19,21,2,4,18,20,11,3,6,8,12,14,16,10,22,25,24,23]`;
  return sql`chr(cast(65 + list_sum(list_transform(string_split(left(${PLAIN}, 15), ''), lambda c, i:
    case when i % 2 = 1 then ${odd}[${RANK} + 1] else ${RANK} end)) % 26 as integer)) = right(${PLAIN}, 1)`;
}

/** Germany: one of the first ten figures is there twice or thrice, and ISO/IEC 7064 MOD 11,10 gives the last figure. */
function steuerIdCheck(): Sql {
  const ten = sql`${LETTERS}[1:10]`;
  const most = sql`list_max(list_transform(${ten}, lambda c: len(list_filter(${ten}, lambda other: other = c))))`;
  const product = sql`list_reduce(list_prepend(10, list_transform(${ten}, lambda c: ${FIGURE})), lambda product, figure:
    (case when (product + figure) % 10 = 0 then 10 else (product + figure) % 10 end * 2) % 11)`;
  return sql`(len(list_distinct(${ten})) = 9 or (len(list_distinct(${ten})) = 8 and ${most} = 3))
    and (11 - ${product}) % 10 = cast(right(${PLAIN}, 1) as integer)`;
}

/**
 * SQL: an IP address, also with a port, a mask, in brackets or as the first of a list. A network (its host part is zero)
 * is nobody's. A short form of IPv6 needs the beginning of addresses that are given out (RFC 4291), since `ab::bed` is
 * anything.
 */
function ipAddress(): Sql {
  const first = sql`regexp_replace(trim(split_part(value, ',', 1)), '^\[|\](:\d{1,5})?$|/(32|128)$', '', 'g')`;
  const isNetwork = sql`regexp_matches(value, '([.]0|::)/\d{1,3}$')`;
  return sql`(not ${isNetwork} and (
    regexp_full_match(${first}, ${literal(String.raw`(::(ffff:)?)?${IPV4}(:\d{1,5}|/\d{1,2})?`)})
    or regexp_full_match(${first}, '([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(/\d{1,3})?')
    or regexp_full_match(${first}, '([23][0-9A-Fa-f]{3}|[Ff][CcDd][0-9A-Fa-f]{2}|[Ff][Ee]80):[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(%\w+)?(/\d{1,3})?')))`;
}

/** SQL: a telephone number with a country code, in North America's groups, or with a leading zero and a separator. */
function phone(): Sql {
  const figures = sql`length(regexp_replace(value, '[^0-9]', '', 'g'))`;
  const northAmerica = sql`regexp_matches(regexp_replace(value, '[^0-9]', '', 'g'), '^1[2-9]\d{2}[2-9]\d{6}$')`;
  return sql`((${isAll(String.raw`(tel:)?\+[1-9][\d ()./-]*`)} and ${figures} between 8 and 15
      and (not regexp_matches(value, '^(tel:)?[+]1') or ${northAmerica}))
    or ${isAll(String.raw`(1[ .-]?)?(\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}( ?(x|ext[.]?) ?\d{1,5})?`)}
    or (${isAll(String.raw`\(?0[1-9]\d*[ ()/-][\d ()/-]*`)} and ${figures} between 9 and 13
      and not regexp_full_match(value, '\d{1,2}/\d{4}/.*')))`;
}
