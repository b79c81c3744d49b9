import { expect, test } from 'vitest';
import { buildProject } from '../../testing/built-project.ts';
import { searchMarts } from '../../testing/search-marts.ts';

// All spellings are columns of one mart, and all lists of words columns of another: one engine and one search for them all.

const PEOPLE = `select i as id,
 'pers'||i||'.kowal@mail'||(i%7)||'.example' as email,
 (['José','Zoë','Jürgen','Ada','Łukasz','Søren','François','Ines'])[1+i%8]||(['','bel','dor','fin','gam'])[1+i//8] as first_name,
 (['Müller','Größe','García','Lovelace','Wiśniewski','Nuñez','Brontë','Okafor'])[1+i%8]||(['','s','mann','ez','ski'])[1+(i//8)] as last_name,
 (['José','Zoë','Jürgen','Ada','Łukasz','Søren','François','Ines'])[1+i%8]||(['','bel','dor','fin','gam'])[1+i//8]||' '||(['Müller','Größe','García','Lovelace','Wiśniewski','Nuñez','Brontë','Okafor'])[1+i%8]||(['','s','mann','ez','ski'])[1+(i//8)] as full_name,
 'DE'||(10+i)||'37040044053201'||(3000+i) as iban,
 '4539'||lpad(''||(i*7919131*17+3), 12, '0') as card,
 '+4930'||(1234000+i*37) as phone,
 date '1950-01-01' + cast(i*337 as integer) as born,
 (['李','王','张','刘','陈','杨','赵','黄'])[1+i%8]||(['明','伟华','芳','娜娜','秀英'])[1+i//8] as chinese,
 (['山田','佐藤','鈴木','高橋','田中','渡辺','伊藤','中村'])[1+i%8]||' '||(['太郎','花子','健','美咲','翔太'])[1+i//8] as japanese,
 84000000 + i*7919 as tax
 from range(40) t(i)`;

const PERSONAL = [
  'email',
  'first_name',
  'last_name',
  'full_name',
  'iban',
  'card',
  'phone',
  'born',
  'chinese',
  'japanese',
  'tax',
];

const blocks = (column: string) => `trim(regexp_replace(${column}, '(.{4})', '\\1 ', 'g'))`;
const SUBSCRIBER = 'right(phone, 7)';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const TURNED = `${LETTERS.slice(13)}${LETTERS.slice(0, 13)}`;

/** Name of the column in the mart, the personal column it holds, and how it is made. */
const SPELLINGS: readonly (readonly [name: string, column: string, expression: string])[] = [
  ['email_upper', 'email', 'upper(email)'],
  ['email_pad', 'email', `'  '||email||' '`],
  ['email_url', 'email', `'https://x/?u='||replace(email,'@','%40')`],
  ['email_html', 'email', `replace(replace(email,'@','&#64;'),'.','&#x2e;')`],
  ['email_commat', 'email', `replace(email,'@','&commat;')`],
  [
    'email_entities',
    'email',
    `list_aggregate(list_transform(string_split(email,''), lambda c: '&#'||ascii(c)||';'),'string_agg','')`,
  ],
  ['email_tag', 'email', `replace(email,'@','+news@')`],
  ['email_mailto', 'email', `'mailto:'||email`],
  ['email_display', 'email', `'"Foo" <'||email||'>'`],
  ['email_json', 'email', `'{"a":{"b":"'||email||'"}}'`],
  ['email_text', 'email', `'please write to '||email||', thanks'`],
  ['email_rev', 'email', 'reverse(email)'],
  ['email_rot', 'email', `translate(email, '${LETTERS}', '${TURNED}')`],
  ['email_b64', 'email', 'base64(encode(email))'],
  ['email_b64url', 'email', `rtrim(translate(base64(encode(email)),'+/','-_'),'=')`],
  ['email_hex', 'email', 'hex(encode(email))'],
  ['email_hexl', 'email', 'lower(hex(encode(email)))'],
  ['email_md5', 'email', 'md5(email)'],
  ['email_sha1', 'email', 'sha1(email)'],
  ['email_sha256', 'email', 'sha256(email)'],
  ['email_sha256u', 'email', 'upper(sha256(email))'],
  ['email_sha256lc', 'email', 'sha256(lower(email))'],
  ['email_at', 'email', `replace(replace(email,'@',' at '),'.',' dot ')`],
  ['email_atb', 'email', `replace(replace(email,'@',' [at] '),'.',' [dot] ')`],
  ['email_title', 'email', `upper(email[1])||email[2:]`],
  ['iban_blocks', 'iban', blocks('iban')],
  ['iban_hyph', 'iban', `replace(${blocks('iban')},' ','-')`],
  ['iban_lower', 'iban', 'lower(iban)'],
  ['iban_text', 'iban', `'IBAN: '||${blocks('iban')}||' Bank'`],
  ['card_blocks', 'card', blocks('card')],
  ['card_hyph', 'card', `replace(${blocks('card')},' ','-')`],
  ['card_num', 'card', 'cast(card as bigint)'],
  ['card_text', 'card', `'paid with '||${blocks('card')}`],
  ['card_dots', 'card', `replace(${blocks('card')},' ','.')`],
  ['ph_00', 'phone', `'0049 30 '||${SUBSCRIBER}`],
  ['ph_nat', 'phone', `'030 '||${SUBSCRIBER}`],
  ['ph_par', 'phone', `'(030) '||left(${SUBSCRIBER},3)||'-'||right(${SUBSCRIBER},4)`],
  ['ph_digits', 'phone', `'4930'||${SUBSCRIBER}`],
  ['ph_nat_digits', 'phone', `'030'||${SUBSCRIBER}`],
  ['ph_noprefix', 'phone', `'30'||${SUBSCRIBER}`],
  ['ph_text', 'phone', `'call +49 (0)30 '||left(${SUBSCRIBER},3)||' '||right(${SUBSCRIBER},4)||' now'`],
  ['ph_tel', 'phone', `'tel:'||phone`],
  ['ph_num', 'phone', `cast('30'||${SUBSCRIBER} as bigint)`],
  ['ph_dots', 'phone', `'+49.30.'||${SUBSCRIBER}`],
  ['ph_slash', 'phone', `'030/'||${SUBSCRIBER}`],
  ['ph_md5', 'phone', 'md5(phone)'],
  ['ph_digits_sha', 'phone', `sha256('4930'||${SUBSCRIBER})`],
  ['d_iso', 'born', `cast(born as varchar)`],
  ['d_us', 'born', `strftime(born,'%m/%d/%Y')`],
  ['d_us1', 'born', `strftime(born,'%-m/%-d/%Y')`],
  ['d_eu', 'born', `strftime(born,'%d.%m.%Y')`],
  ['d_eu2', 'born', `strftime(born,'%d/%m/%Y')`],
  ['d_eu3', 'born', `strftime(born,'%d-%m-%Y')`],
  ['d_compact', 'born', `strftime(born,'%Y%m%d')`],
  ['d_compact2', 'born', `strftime(born,'%d%m%Y')`],
  ['d_long', 'born', `strftime(born,'%-d %B %Y')`],
  ['d_long_us', 'born', `strftime(born,'%B %-d, %Y')`],
  ['d_mid', 'born', `strftime(born,'%d-%b-%Y')`],
  ['d_text', 'born', `'born on '||strftime(born,'%d %b %Y')||' in X'`],
  ['d_text_iso', 'born', `'dob='||born||';'`],
  ['d_slash', 'born', `strftime(born,'%Y/%m/%d')`],
  ['d_ts', 'born', `born || 'T00:00:00Z'`],
  ['d_int', 'born', `cast(strftime(born,'%Y%m%d') as integer)`],
  ['d_num_ts', 'born', `cast(born as timestamp)`],
  ['d_cjk', 'born', `strftime(born,'%Y年%-m月%-d日')`],
  ['n_sep', 'tax', `format('{:,}', tax)`],
  ['n_dots', 'tax', `replace(format('{:,}', tax),',','.')`],
  ['n_sp', 'tax', `replace(format('{:,}', tax),',',' ')`],
  ['n_text', 'tax', `'id '||tax`],
  ['n_apos', 'tax', `replace(format('{:,}', tax),',','''')`],
  ['n_lead', 'tax', `'00'||tax`],
  ['name_upper', 'full_name', 'upper(full_name)'],
  ['name_lower', 'full_name', 'lower(full_name)'],
  ['name_noacc', 'full_name', 'strip_accents(full_name)'],
  ['name_rev', 'full_name', `split_part(full_name,' ',2)||', '||split_part(full_name,' ',1)`],
  ['name_rev2', 'full_name', `upper(split_part(full_name,' ',2))||' '||split_part(full_name,' ',1)`],
  ['name_glued', 'full_name', `replace(full_name,' ','')`],
  ['name_dot', 'full_name', `lower(replace(full_name,' ','.'))`],
  ['name_us', 'full_name', `replace(full_name,' ','_')`],
  ['name_init', 'full_name', `left(full_name,1)||'. '||split_part(full_name,' ',2)`],
  ['name_init2', 'full_name', `split_part(full_name,' ',2)||' '||left(full_name,1)||'.'`],
  ['name_login', 'full_name', `lower(left(full_name,1)||split_part(full_name,' ',2))`],
  ['name_text', 'full_name', `'Dear '||full_name||', hello'`],
  ['name_ue', 'full_name', `replace(replace(replace(full_name,'ü','ue'),'ö','oe'),'ß','ss')`],
  ['name_url', 'full_name', `replace(url_encode(full_name),'+','%20')`],
  ['name_html', 'full_name', `replace(replace(full_name,'é','&eacute;'),'ü','&uuml;')`],
  ['name_b64', 'full_name', 'base64(encode(full_name))'],
  ['name_md5', 'full_name', 'md5(full_name)'],
  ['name_backw', 'full_name', 'reverse(full_name)'],
  ['name_json', 'full_name', `'{"n":"'||full_name||'"}'`],
  ['name_title', 'full_name', `full_name`],
  ['fl_glued', 'last_name', `lower(first_name||last_name)`],
  ['fl_init', 'last_name', `left(first_name,1)||'. '||last_name`],
  ['fl_login', 'last_name', `lower(left(first_name,1)||last_name)`],
  ['fl_dot', 'last_name', `lower(first_name||'.'||last_name)`],
  ['first_upper', 'first_name', 'upper(first_name)'],
  ['first_hyph', 'first_name', `'-'||first_name||'-'`],
  ['cn', 'chinese', 'chinese'],
  ['cn_text', 'chinese', `'客户'||chinese||'来电'`],
  ['jn_glued', 'japanese', `replace(japanese,' ','')`],
  ['jn_wide', 'japanese', `replace(japanese,' ','　')`],
  ['jn_text', 'japanese', `replace(japanese,' ','')||'様へ'`],
  ['cn_md5', 'chinese', 'md5(chinese)'],
];

async function leaksIn(options: { sources: Record<string, string>; tagged: string[]; mart: string }) {
  const { sources, tagged, mart } = options;
  await using built = await buildProject({ sources, tagged, models: { mart } });
  return await searchMarts(built);
}

test('a value is found in every ordinary spelling', async () => {
  const columns = SPELLINGS.map(([name, , expression]) => `${expression} as ${name}`);

  const found = await leaksIn({
    sources: { raw_user: PEOPLE },
    tagged: PERSONAL.map((column) => `raw_user.${column}`),
    mart: `select ${columns.join(', ')} from raw_user`,
  });

  const errors = found.flatMap((finding) =>
    finding.rule === 'value-leak' && finding.severity === 'error' ? [`${finding.column} ${finding.source.column}`] : [],
  );
  // A full name is found by the family name as well.
  const missed = SPELLINGS.filter(
    ([name, column]) =>
      !errors.includes(`${name} ${column}`) && !(column === 'last_name' && errors.includes(`${name} full_name`)),
  );
  expect(missed.map(([name]) => name)).toEqual([]);
});

/** Lists of words that are names as well, and numbers and dates that have nothing to do with people. */
const UNRELATED: readonly (readonly [name: string, expression: string])[] = [
  ['month', `monthname(date '2024-01-15' + to_months(cast(i as integer)))`],
  ['weekday', `dayname(date '2024-01-15' + cast(i as integer))`],
  ['town', `(['Jackson', 'Lincoln', 'Madison', 'Austin', 'Houston'])[1 + i % 5]`],
  [
    'colour',
    `(['Amber', 'Olive', 'Violet', 'Ruby', 'Hazel', 'Beige', 'Teal', 'Ochre', 'Mauve', 'Cyan', 'Navy', 'Lime'])[1 + i % 12]`,
  ],
  [
    'company',
    `(['Jackson', 'Lincoln', 'Baker', 'Miller'])[1 + i % 4] || (['', ' Ltd', ' and Sons', ' Group', ' AG'])[1 + i // 4 % 5]`,
  ],
  ['street', `(['Jackson', 'Lincoln', 'Baker', 'High', 'Mill'])[1 + i % 5] || ' Street ' || i % 90`],
  ['greeting', `'the ' || (['baker', 'miller', 'summer', 'may'])[1 + i % 4] || ' ' || i`],
  ['order_id', '100000 + i'],
  ['account_id', '30000000 + i * 3'],
  ['order_text', `'ORD-' || (10000000 + i * 17)`],
  ['ean', `'' || (4006381000000 + i * 13)`],
  ['tracking', `'1Z999AA1' || (1000000000 + i * 7919)`],
  ['day', `date '1960-01-01' + cast(i as integer)`],
  ['day_text', `strftime(date '2019-01-01' + cast(i as integer), '%d/%m/%Y')`],
  ['instant', `timestamp '2024-01-01' + to_minutes(i * 7)`],
  ['seconds', '1600000000 + i * 61'],
  ['price', 'round((i * 7919 % 100000) / 100.0, 2)'],
  ['cents', '(i * 977) % 5000000'],
  ['latitude', '40 + (i % 9999) / 9999.0'],
  ['version', `i % 9 || '.' || i % 17 || '.' || i`],
  ['network', `'10.0.' || i % 40 || '.' || i % 9`],
  ['digest', `sha256('order' || i)`],
  ['code', `base64(encode('session' || i))`],
  ['uuid', `cast(uuid() as varchar)`],
  [
    'log',
    `'order ' || (1000000 + i * 31) || ' on ' || (date '2020-01-01' + cast(i % 900 as integer)) || ' for ' || i * 13 % 9999 || '.50'`,
  ],
];

test('words, numbers and dates that meet by chance are no errors', async () => {
  const names = [
    'Jackson',
    'Lincoln',
    'Madison',
    'Baker',
    'Miller',
    'April',
    'June',
    'August',
    'May',
    'Amber',
    'Olive',
    'Violet',
    'Ruby',
    'Hazel',
    'Summer',
  ];
  const people = `select (${JSON.stringify(names).replaceAll('"', "'")})[1 + i % 15] || case when i < 40 then '' else cast(i as varchar) end as last_name,
    '0' || (170 + i % 9) || ' ' || (1000000 + (i * 7919) % 8999999) as phone, date '1950-01-01' + cast((i * 37) % 20000 as integer) as born,
    10000000 + (i * 7919) % 89999999 as tax, '10.' || i % 5 || '.' || i // 250 || '.' || i % 250 as ip from range(3000) t(i)`;

  const found = await leaksIn({
    sources: { raw_user: people },
    tagged: ['last_name', 'phone', 'born', 'tax', 'ip'].map((column) => `raw_user.${column}`),
    mart: `select ${UNRELATED.map(([name, expression]) => `${expression} as ${name}`).join(', ')} from range(3000) t(i)`,
  });

  const errors = found.flatMap((finding) =>
    finding.severity === 'error' && finding.rule === 'value-leak' ? [`${finding.column} ${finding.source.column}`] : [],
  );
  expect(errors).toEqual([]);
});

test('a long text is searched to its end, also where a value lies between two pieces of it', async () => {
  const texts = Array.from(
    { length: 12 },
    (_, at) =>
      `repeat('lorem ipsum ', 300) || repeat('x', ${at * 97}) || ' user${at}@mail.example ' || repeat('dolor sit ', 300)`,
  );

  const found = await leaksIn({
    sources: { raw_user: `select 'user' || i || '@mail.example' as email from range(12) t(i)` },
    tagged: ['raw_user.email'],
    mart: `select unnest([${texts.join(', ')}]) as body`,
  });

  expect(found).toMatchObject([{ rule: 'value-leak', severity: 'error', column: 'body', rows: { exactly: 12 } }]);
});

test('a table beyond the budget is searched in part, and a warning says so', async () => {
  await using built = await buildProject({
    sources: { raw_user: `select 'user' || i || '@mail.example' as email from range(3000) t(i)` },
    tagged: ['raw_user.email'],
    models: { mart: 'select email as contact from raw_user' },
  });
  const found = await searchMarts(built, { rows: 1500, cells: 500 });

  expect(found).toMatchObject([
    { rule: 'value-leak', severity: 'error' },
    {
      rule: 'unknown-flow',
      severity: 'warning',
      reason:
        '1 row of 2 was searched for values (verify.rows: 1500), 1 text of 3 was searched for values (verify.cells: 500)',
    },
  ]);
});
