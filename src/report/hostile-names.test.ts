import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { visible } from '../visible.ts';
import { codeCell, mermaidLabel, terminalLines, xmlAttribute, xmlText } from './escape.ts';
import { renderComment } from './formats/comment.ts';
import { renderJUnit } from './formats/junit.ts';
import { renderMermaid } from './formats/mermaid.ts';
import { renderSarif } from './formats/sarif.ts';
import { renderSummary } from './formats/summary.ts';
import { renderTerminal } from './formats/terminal.ts';
import { drawLeaks } from './leaks/leak-diagram.ts';
import { leakRows } from './leaks/leak-row.ts';
import { stageLine, stepLine } from './progress-line.ts';
import type { Report } from './report.ts';
import type { Review } from './review.ts';
import { HOSTILE_NAMES } from './testing/hostile-names.ts';
import { named } from './testing/sample-report.ts';

const REVIEW: Review = {
  repositoryUrl: 'https://github.example/clinic/analytics',
  headSha: 'a'.repeat(40),
  baseName: '`main`](https://x.test)',
  fails: true,
};

/** A link to a line or commit, when its code spans are gone: no name can lead anywhere else. */
const OWN_LINK =
  /\[(?:<wbr>|column names)*(?: of )?(?:<wbr>)*\]\(https:\/\/github\.example\/clinic\/analytics\/(?:blob|commit)\/a{40}(?:\/[A-Za-z0-9%._~/-]+#L\d+)?\)/g;

/** The text outside of fenced blocks, by CommonMark's rule for their ends. */
function outsideOfBlocks(text: string): string {
  return text.replace(/^(`{3,})(?:mermaid|diff)\n[\s\S]*?\n\1$/gm, '');
}

/**
 * The text outside of code spans, by CommonMark's rule for their ends: it has only Fenceline's own words. The HTML of a
 * long name, which has only letters, digits, escaped signs and breaks, counts as code.
 */
function outsideOfCode(text: string): string {
  return text
    .replace(/(?<!`)(`+)(?!`)([^\n]*?[^`\n])\1(?!`)/g, '')
    .replace(/<code>(?:[A-Za-z0-9…]|\\[_.-]|<wbr>)*<\/code>/g, '');
}

/** Cells of a row as GFM splits it: a `|` with a backslash before it does not count, also inside a span. */
function cellsOf(row: string): readonly string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1);
}

describe.each([
  { format: 'comment', render: (report: Report) => renderComment(report, REVIEW) },
  { format: 'summary', render: (report: Report) => renderSummary(report, REVIEW) },
])('in the $format', ({ render }) => {
  test.each(HOSTILE_NAMES)('$name stays in its code span and its cell', ({ text }) => {
    const markdown = render(named(text));
    const outside = outsideOfBlocks(markdown);

    expect(outsideOfCode(outside).replace(OWN_LINK, '')).not.toMatch(
      /[`@\\[\]]|<(?!\/?(details|summary|br\/|wbr)>)|&|https|click/,
    );
    for (const row of outside.split('\n').filter((line) => line.startsWith('| '))) {
      expect(cellsOf(row).length).toBeOneOf([2, 3]);
    }
    expect(markdown).not.toMatch(/[\p{Cf}\p{Cs}]|(?!\n)\p{Cc}/u);
  });

  // A name that is too long leaves no room for a diagram.
  test.each(HOSTILE_NAMES.slice(0, -1))('$name does not leave the diagrams', ({ text }) => {
    const report = named(text);
    const blocks = [...render(report).matchAll(/^```mermaid\n(.*?)^```$/gms)];

    const drawn = [drawLeaks(leakRows(report.findings))?.text, renderMermaid(report.pii)];
    expect(blocks.map(([, diagram]) => diagram)).toEqual(drawn);
  });

  test.each(HOSTILE_NAMES.slice(0, -1))('$name does not leave the block of a change', ({ text }) => {
    const [, , block = ''] = /^(`{3,})diff\n([\s\S]*?)\n\1$/m.exec(render(named(text))) ?? [];
    const shown = text === '' ? [] : text.split('\n').map((line) => visible(line.trimEnd()));

    expect(block === '' ? [] : block.split('\n')).toEqual([
      ...shown.map((line) => `- ${line}`),
      ...shown.map((line) => `+ ${line}`),
    ]);
  });
});

/** A text that Mermaid reads as one label. */
const LABEL = /^([A-Za-z0-9_.\- ]|#\d+;)*$/;

test.each(HOSTILE_NAMES)('$name is a Mermaid label of at most 60 characters, and reads as it is', ({ text }) => {
  const label = mermaidLabel(text);
  const read = label.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

  expect(label).toMatch(LABEL);
  expect([...read].length).toBeLessThanOrEqual(60);
  expect(visible(text).startsWith(read.replace(/…$/, ''))).toBe(true);
  for (const line of renderMermaid(named(text).pii).split('\n')) {
    expect(line.replaceAll('<br/>', '').match(/\["(.*)"\]/)?.[1] ?? '').toMatch(/^([A-Za-z0-9_.\-: ]|#\d+;)*$/);
  }
  for (const line of drawLeaks(leakRows(named(text).findings))?.text.split('\n') ?? []) {
    const drawn = /^ {2}(?:n\d+\["(.*)"\]:::\w+|n\d+ ==>\|"(.*)"\| n\d+)$/.exec(line.replaceAll('<br/>', ''));
    expect(drawn?.[1] ?? drawn?.[2] ?? '').toMatch(/^([A-Za-z0-9_.\-: ]|#\d+;)*$/);
  }
});

const colors = pc.createColors(false);
const terminals: readonly { readonly what: string; readonly show: (text: string) => string }[] = [
  { what: 'the report', show: (text) => renderTerminal(named(text), { colors, width: 80 }) },
  { what: 'a step', show: (text) => stepLine({ kind: 'step', stage: 'build', text, status: 'fail' }, colors) },
  {
    what: 'a stage',
    show: (text) => stageLine({ kind: 'stage-ended', stage: 'build', summary: text, milliseconds: 1 }, colors),
  },
  { what: 'what went wrong', show: terminalLines },
];

test.each(terminals.flatMap((terminal) => HOSTILE_NAMES.map((hostile) => ({ ...terminal, ...hostile }))))(
  '$name in $what on a terminal is neither colour nor command',
  ({ show, text }) => {
    for (const line of show(text).split('\n')) {
      expect(line).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
      // GitHub's runner, both of its grammars.
      expect(line).not.toMatch(/^\s*::[^:]*::/);
      expect(line).not.toMatch(/##\[/);
    }
  },
);

test('a mark below a line with tabs still points at its place', () => {
  expect(terminalLines('\tselect x\r\n\t       ^')).toBe(' select x\n        ^');
});

test.each(HOSTILE_NAMES)('$name in SARIF is no link, and its file a path below the repository', ({ text }) => {
  const log = renderSarif(named(text));

  for (const [, message = ''] of log.matchAll(/"text": ("(?:[^"\\]|\\.)*")/g)) {
    expect(JSON.parse(message).replace(/\\[\\[\]]/g, '')).not.toMatch(/[[\]\\]/);
  }
  for (const [, uri = ''] of log.matchAll(/"uri": ("(?:[^"\\]|\\.)*")/g)) {
    expect(JSON.parse(uri)).toMatch(/^[A-Za-z0-9%._~!*'()/-]*$/);
    expect(new URL(JSON.parse(uri), 'file:///').protocol).toBe('file:');
  }
});

test.each(HOSTILE_NAMES)('$name in JUnit is text of well-formed XML', ({ text }) => {
  const xml = renderJUnit(named(text));
  const tag = /<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>/g;
  const unescaped = xmlText(text).replace(/&(\w+);/g, (_, name) => ENTITIES[name] ?? '?');

  expect(xml.replace(/^<\?xml [^?]*\?>/, '').replace(tag, '')).not.toMatch(/[<>]/);
  expect(xml.replace(/&(amp|lt|gt|quot|apos|#10);/g, '')).not.toContain('&');
  // XML 1.0, 2.2: Char.
  expect(xml).toMatch(/^[\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
  expect(unescaped).toBe(
    text
      .split('\n')
      .map(visible)
      .join('\n')
      .replace(/[\ufffe\uffff]/g, '\ufffd'),
  );
  expect(xmlAttribute(text)).not.toContain('\n');
});

const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

test.each(HOSTILE_NAMES)('$name in a cell says what it is', ({ text }) => {
  const cell = codeCell(text).replaceAll('\\|', '|');
  const fence = /^`+/.exec(cell)?.[0] ?? '';
  const inner = cell.slice(fence.length, -fence.length);
  const read = /^ .* $/.test(inner) && inner.trim() !== '' ? inner.slice(1, -1) : inner;

  expect(cell.endsWith(fence) && !inner.split(/[^`]+/).includes(fence)).toBe(true);
  expect(read).toBe(visible(text).trim() === '' ? '(empty)' : visible(text));
});
