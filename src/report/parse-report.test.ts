import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../contract/finding.ts';
import { indentedJson } from '../pipeline/files/indented-json.ts';
import { UserError } from '../user-error.ts';
import { parseReport, readReport } from './parse-report.ts';
import { FAILING, FINDINGS, PASSING } from './testing/sample-report.ts';

test.each([
  { name: 'that passes', report: PASSING },
  { name: 'with a finding of each rule', report: FAILING },
])('reads a report $name back as it was written', ({ report }) => {
  expect(parseReport('report.json', indentedJson(report))).toEqual(report);
});

const mask = FINDINGS['unverified-mask'];
const group = FINDINGS['small-group'];

test.each<{ readonly name: string; readonly finding: Finding }>([
  {
    name: 'a mask that could not be tried',
    finding: { ...mask, exposure: { how: 'unknown', reason: 'it takes a list' } },
  },
  { name: 'a mask whose values collide', finding: { ...mask, exposure: { how: 'colliding', share: 0.25 } } },
  {
    name: 'a mask that leaves a piece',
    finding: { ...mask, exposure: { how: 'piece', leaves: 'partial', share: 0.5, kinds: ['e-mail', 'name'] } },
  },
  { name: 'groups that cannot be counted', finding: { ...group, groups: 'unknown' } },
  { name: 'groups by a column', finding: { ...group, column: 'people', groups: { exactly: 12 } } },
  { name: 'a secret that is not declared', finding: { ...FINDINGS['weak-mask-secret'], secret: undefined } },
])('reads $name back as it was written', ({ finding }) => {
  const report = { ...PASSING, findings: [finding] };

  expect(parseReport('report.json', indentedJson(report))).toEqual(report);
});

/** A report with one thing changed in its text. */
const changed = (find: string, put: string): string => indentedJson(FAILING).replace(find, () => put);

const hostile: readonly { readonly name: string; readonly text: string; readonly says: string }[] = [
  { name: 'nothing', text: '', says: 'report.json:1:1 this is no JSON' },
  { name: 'YAML', text: 'version: 1\n', says: 'report.json:1:1 this is no JSON' },
  {
    name: 'JSON that ends early',
    text: '{"version": 1,\n "tool": ',
    says: 'report.json:2:10 this is no JSON',
  },
  { name: 'another kind of value', text: '[]', says: 'report.json:1:1 the report must be object' },
  { name: 'a newer format', text: changed('"version": 1', '"version": 2'), says: 'report.json:2:14 version must be 1' },
  {
    name: 'a key that is not known',
    text: changed('"tool":', '"html": "<script>", "tool":'),
    says: 'report.json:1:1 the report has the unknown key "html"',
  },
  {
    name: 'a key that hides what it is',
    text: changed('"tool":', '"\\u001b[2Jx\\u202e": 1, "tool":'),
    says: 'report.json:1:1 the report has the unknown key "\\u001b[2Jx\\u202e"',
  },
  {
    name: 'a prototype',
    text: changed('"tool":', '"__proto__": {"verdict": "pass"}, "tool":'),
    says: 'unknown key "__proto__"',
  },
  {
    name: 'a rule that does not exist',
    text: changed('"rule": "pii-in-tier"', '"rule": "all-is-well"'),
    says: 'report.json:8:15 findings.0.rule must be one of pii-in-tier, ',
  },
  {
    name: 'a finding without its path',
    text: changed('"steps":', '"stops":'),
    says: "findings.0 must have required property 'steps'",
  },
  {
    name: 'a line that is no number',
    text: changed('"line": 3', '"line": "3\\n::error::x"'),
    says: 'findings.0.location.line must be integer',
  },
  { name: 'deep nesting', text: `${'['.repeat(200_000)}${']'.repeat(200_000)}`, says: 'the report must be object' },
  { name: 'a megabyte times seventeen', text: ' '.repeat(17_000_000), says: 'larger than 16 MB' },
];

test.each(hostile)('refuses $name, and says where', ({ text, says }) => {
  expect(() => parseReport('report.json', text)).toThrow(says);
  expect(() => parseReport('report.json', text)).toThrow(UserError);
});

test('says no more than the first of many mistakes', () => {
  const report = { ...PASSING, findings: Array.from({ length: 20_000 }, () => ({ rule: 'x' })) };

  expect.assertions(1);
  try {
    parseReport('report.json', indentedJson(report));
  } catch (error) {
    expect(error instanceof UserError && error.mistakes.length).toBe(1);
  }
});

test('refuses what is no file, or too large, before it is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-report-'));
  try {
    await expect(readReport(folder)).rejects.toThrow('it is no file');
    await expect(readReport(join(folder, 'none.json'))).rejects.toThrow('there is no report');
    await writeFile(join(folder, 'large.json'), ' '.repeat(17_000_000));
    await expect(readReport(join(folder, 'large.json'))).rejects.toThrow('larger than 16 MB');
  } finally {
    await rm(folder, { recursive: true });
  }
});
