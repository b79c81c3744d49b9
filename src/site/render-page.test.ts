import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import schema from '../../schema/site.schema.json' with { type: 'json' };
import { withDigits } from './data-text.ts';
import { csvCell, inventoryCsv } from './inventory.ts';
import { openPage } from './page-model.ts';
import { renderPage } from './render-page.tsx';
import type { Site } from './site.ts';
import { pageTemplate } from './template.ts';
import { LEAK, LEAKING, PASSING, UNKNOWN, WAIVED } from './testing/sample-site.ts';

const STATES = { LEAKING, PASSING, UNKNOWN, WAIVED };

const render = (site: Site) => renderPage(site, pageTemplate());

/** The text that a reader sees, without the data and the script. */
function textOf(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<(?:wbr\/|b|\/b)>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** One column leaks: a second source reaches it, too, and its values are found in rows. */
const TWICE: Site = {
  ...LEAKING,
  findings: [LEAK, { ...LEAK, source: [0, 1] }, { ...LEAK, rule: 'value-leak', steps: [] }],
};

test.each(Object.entries(STATES))('the site %s is what the schema describes', (_, site) => {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);

  validate(site);

  expect(validate.errors).toBeNull();
});

test.each([
  ['LEAKING', LEAKING, '✕ clinic: 1 leak', 'E-mail addresses reach the tier safe.'],
  ['a column that two sources reach, and where rows have its values', TWICE, '✕ clinic: 1 leak', 'E-mail addresses'],
  ['PASSING', PASSING, '✓ clinic: holds', 'No personal data reaches a tier that must not hold it.'],
  ['UNKNOWN', UNKNOWN, '? clinic: 1 not proven', 'Nothing is proven about mart_volume.'],
  ['WAIVED', WAIVED, '◷ clinic: holds · 1 waived', 'but for 1 waived finding.'],
])('%s: the title and the first sentence say the verdict', (_, site, title, sentence) => {
  const html = render(site);

  expect(html).toContain(`<title>${title} – Fenceline</title>`);
  expect(textOf(html)).toContain(sentence);
});

test('without scripts the page shows each finding with its path and change, and the whole inventory', () => {
  const text = textOf(render(LEAKING));

  expect(text).toContain(LEAK.problem);
  for (const { expression } of LEAK.steps) expect(text).toContain(expression);
  for (const place of ['_sources.yml:8', 'stg_users.sql:4', 'mart_activity.sql:3']) expect(text).toContain(place);
  expect(text).toContain("+ {{ hash_pii('lower(email)') }} as contact");
  expect(text).toContain('raw.raw_user.birth birth_date · medium sensitivity');
  expect(text).toContain('No model reads its value: it stays in the source.');
  expect(text).toContain('Shown by Clinic dashboard');
});

test('a waiver is shown with its reason and days left, and what is not proven is no statement about a source', () => {
  expect(textOf(render(WAIVED))).toContain('126 days left');
  expect(textOf(render(WAIVED))).toContain('Accepted because: DPO-112');
  expect(textOf(render(UNKNOWN))).not.toContain('it stays in the source');
});

test('the policy of the page names its script and styles by their hashes, and nothing else', () => {
  const html = render(LEAKING);
  const { script, styles } = pageTemplate();
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];

  expect(policy).toBe(
    `default-src 'none'; style-src ${hash(styles)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(html.replaceAll(script, '')).not.toMatch(/\sstyle=|\son\w+=|<iframe|<object|https?:/);
  expect(script).not.toMatch(/\beval\(|new Function\b|\bfetch\(|XMLHttpRequest|WebSocket|https?:\/\/(?!www\.w3\.org)/);
});

test('equal sites give equal bytes, and the data in the page is the site', () => {
  const html = render(LEAKING);
  const [, data = ''] = /id="data">([^<]*)</.exec(html) ?? [];

  expect(render(structuredClone(LEAKING))).toBe(html);
  expect(data).not.toMatch(/\d/);
  expect(JSON.parse(inflateRawSync(Buffer.from(withDigits(data), 'base64')).toString())).toEqual(LEAKING);
});

test.each([
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)>'],
  ['</script><script>alert(1)</script>', '&lt;/script>&lt;script>alert(1)&lt;/script>'],
  ['"><svg onload=alert(1)>', '&quot;>&lt;svg onload=alert(1)>'],
  ['a\u202eb\u200bc', 'a\\u202eb\\u200bc'],
  ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
])('the hostile name %s is text', (name, written) => {
  const hostile: Site = JSON.parse(
    JSON.stringify({ ...LEAKING, project: name, exposures: LEAKING.exposures.map((one) => ({ ...one, label: name })) }),
    (_, value) => (value === 'mart_activity' ? name : value),
  );

  const body = render(hostile)
    .replace(/<script[\s\S]*/, '')
    .replaceAll(/<(wbr\/|\/?b)>/g, '');

  expect(body).toContain(written);
  expect(body).not.toMatch(/<(img|script|svg onload)/);
});

test('the inventory as CSV has a row for each marked column', () => {
  expect(inventoryCsv(openPage(LEAKING))).toBe(
    [
      '\ufeff"Marked column","Kind","Sensitivity","Contract","Kept clear","Kept partly","Kept masked","Kept counted","Masks","Shown in","Place"',
      '"raw.raw_user.email","email","medium","leaks into safe","stg_users.contact; mart_activity.contact","","stg_users.email_hash","","hash_pii","dashboard","models/staging/_sources.yml:8:11"',
      '"raw.raw_user.birth","birth_date","medium","holds","","","","","","","models/staging/_sources.yml:8:11"',
      '',
    ].join('\r\n'),
  );
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@x', `"'@x"`],
  [' =1', `"' =1"`],
  ['\t=1', `"'\t=1"`],
  ['a"b', '"a""b"'],
  ['a=b', '"a=b"'],
])('a cell %j is no formula', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});
