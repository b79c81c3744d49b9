import { Marked } from 'marked';
import { expect, test } from 'vitest';
import { failureMarkdown } from '../github/failure.ts';
import { renderComment } from './formats/comment.ts';
import { renderSarif } from './formats/sarif.ts';
import { fixSuggestions } from './leaks/fix-suggestion.ts';
import type { Review } from './review.ts';
import { named } from './testing/sample-report.ts';

/** Names that Markdown, GitHub, Mermaid, a diff or a runner could take for something else than a name. */
const NAMES = [
  ...[
    'a](https://evil.test "t") [b',
    '](javascript:alert(1))',
    '[x][y]\n[y]: https://evil.test',
    '<https://evil.test>',
  ],
  ...['<a href=https://evil.test>x</a>', 'www.evil.test', 'https://evil.test', 'mailto:a@evil.test', '@org/team'],
  ...['#123', 'GH-1', 'org/repo#1', `org/repo@${'a'.repeat(40)}`, 'b'.repeat(40), ':tada:'],
  ...['![i](https://evil.test/a.png)', '<img src=https://evil.test/a.png>', '<details open><summary>x', '</details>'],
  ...['</summary></details>', '<!-- x', '-->', '<script>alert(1)</script>', '<style>*{display:none}</style>'],
  ...['&#60;b&#62;', '&nbsp;', '$\\evil$', '$$x$$', '$`x`$', '\\', '\\`', '`\\', '`` ` ``', '` `', '~~~', '````'],
  ...['```suggestion\nx\n```', '~~x~~', '**b**', '__b__', '- [ ] x', '1. x', '> [!NOTE]\n> x', '---', 'a|b|c|d'],
  ...[
    '\n\n| x | y |\n|---|---|\n',
    'a\tb',
    '    code',
    '\u2028x\u2029',
    '\u00a0',
    '\u200d\u2066x',
    '\u{e0041}\u{e0042}',
  ],
  ...['x\u0000y', '\u001b]8;;https://evil.test\u0007x', '%0A::error::x', '::stop-commands::x', '##vso[task.x]x'],
  ...['../..', 'C:\\x', '\\\\server\\x', '?raw=1#L1', '%2e%2e/%2e%2e', '`'.repeat(300), "'}} {{ x }}", '</code>'],
  ...['@@ -1 +1 @@', 'rename to x', '+ added', '- removed', '"]:::leak', 'n0 --> n1', '__proto__', 'toString'],
];

const REVIEW: Review = {
  repositoryUrl: 'https://github.example/clinic/analytics',
  headSha: 'a'.repeat(40),
  baseName: 'main',
  fails: true,
};
const MARKED = new Marked({ gfm: true });

/** Elements of reports and rule texts. A link leads to a line or commit of the repository, or to the documents. */
const OWN_ELEMENT =
  /^\/?(h3|p|ul|li|strong|code|pre|table|thead|tbody|tr|th|td|details|summary|br\/?|wbr|a|em)$|^code class="language-(mermaid|diff|text|suggestion|sql|yaml)"$|^a href="https:\/\/github\.(example\/clinic\/analytics\/(blob|commit)\/a{40}|com\/fenceline\/)[^"]*"$/;

function strangeElements(markdown: string): readonly string[] {
  const html = MARKED.parse(markdown, { async: false });
  return [...html.matchAll(/<(\/?[a-z][^>]*)>/gi)]
    .map(([, element = '']) => element)
    .filter((element) => !OWN_ELEMENT.test(element));
}

/** The text that a reader sees and that is no code. */
function wordsOf(markdown: string): string {
  const html = MARKED.parse(markdown, { async: false });
  return html.replace(/<pre>[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>|<[^>]*>/g, '');
}

/** The texts of SARIF that are Markdown. */
function markdownOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'markdown' && typeof inner === 'string' ? [inner] : markdownOf(inner),
  );
}

test.each(NAMES)('%j stays a name in comment, suggestion and SARIF', (name) => {
  const report = named(name);
  const comment = renderComment(report, REVIEW);
  const suggestions = fixSuggestions(report).flatMap((suggestion) => suggestion.body(['x']) ?? []);
  const failure = failureMarkdown({ sentence: '', text: name, mistakes: [] }, name, REVIEW);

  for (const markdown of [comment, failure, ...suggestions, ...markdownOf(JSON.parse(renderSarif(report)))]) {
    expect(strangeElements(markdown)).toEqual([]);
  }
  for (const markdown of [comment, failure, ...suggestions]) {
    expect(wordsOf(markdown)).not.toMatch(/[@$`\\[\]|#]|https?:|www\.|evil|:\w+:/);
  }
  for (const suggestion of suggestions) expect(suggestion.match(/^`{3,}suggestion$/gm)).toHaveLength(1);
});
