import { expect, test } from 'vitest';
import { sentenceMarkdown } from '../formats/sentence-markdown.ts';
import { FINDINGS, named } from '../testing/sample-report.ts';
import { findingText, findingWords } from './finding-text.ts';
import { joinSentences, plainText, sentence, words } from './sentence.ts';

test('a text between the words is code, a number is a word, and a sentence goes into the new one', () => {
  const models = joinSentences([sentence`${'dim'}`, sentence`${'fact'} (${2})`], ', ');
  const parts = sentence`${models} leak, ${words('perhaps')}`;

  expect(plainText(parts)).toBe('dim, fact (2) leak, perhaps');
  expect(sentenceMarkdown(parts)).toBe('`dim`, `fact` (2) leak, perhaps');
});

test('words that Markdown could read as something else become code', () => {
  const texts = ['a *b*', '[x](y)', '<b>', '@octocat', '#1', 'www.x.test', 'https://x.test', 'snake_case', 'a | b'];

  expect(texts.map((text) => sentenceMarkdown(words(text)))).toEqual(texts.map((text) => `\`${text}\``));
});

test.each([...Object.values(FINDINGS), ...named('@octocat').findings])('words about $rule hold no name', (finding) => {
  const { problem, fix } = findingWords(finding);
  const ours = [...problem, ...fix].filter((part) => typeof part === 'string');

  expect(ours.filter((text) => sentenceMarkdown([text]) !== text)).toEqual([]);
  expect(ours.join('')).not.toContain('octocat');
  expect(findingText(finding)).toEqual({ problem: plainText(problem), fix: plainText(fix) });
});
