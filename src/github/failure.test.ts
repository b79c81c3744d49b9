import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import { UserError } from '../user-error.ts';
import { describeFailure, failureMarkdown } from './failure.ts';

const mistake = {
  code: 'missing-ref',
  message: "ref('a') is no model",
  location: { file: 'm.sql', line: 1, column: 2 },
};

describe('a run without a verdict says why', () => {
  const cases = [
    {
      name: 'one mistake',
      error: new UserError(mistake),
      sentence: "Fenceline could not decide: ref('a') is no model",
    },
    {
      name: 'many mistakes',
      error: new UserError([mistake, mistake]),
      sentence: 'Fenceline could not decide: 2 mistakes, listed above',
    },
    {
      name: 'the environment',
      error: new EnvironmentError('no Postgres', 'start one'),
      sentence: 'Fenceline could not decide: no Postgres',
    },
    { name: 'our bug', error: new Error('internal: no plan'), sentence: 'Fenceline failed: internal: no plan' },
    {
      name: "somebody else's error, which may quote data",
      error: new TypeError('pii1a'),
      sentence: 'Fenceline failed: internal: TypeError',
    },
    { name: 'what is no error at all', error: 'pii1a', sentence: 'Fenceline failed: internal: string' },
  ];
  test.each(cases)('$name', ({ error, sentence }) => {
    const failure = describeFailure(error);
    expect(failure.sentence).toBe(sentence);
    expect(failure.text).not.toContain('pii1a');
  });
});

test('what is to be done is part of the text', () => {
  expect(describeFailure(new EnvironmentError('no Postgres', 'start one')).text).toBe('no Postgres\n  fix: start one');
});

test('no text leaves its block in the comment', () => {
  const markdown = failureMarkdown(
    describeFailure(new UserError({ ...mistake, message: 'a ````\n@everyone\u202e' })),
    'data/`x`',
  );
  expect(markdown.split('\n')[0]).toBe('### ⚠️ Privacy gate `` data/`x` ``: no verdict, Fenceline could not decide');
  expect(markdown.split('\n').slice(4)).toEqual(['`````text', 'm.sql:1:2 a ````', '@everyone\\u202e', '`````']);
});

test('the commit without a verdict is named', () => {
  const review = {
    repositoryUrl: 'https://github.example/c/a',
    headSha: 'a'.repeat(40),
    baseName: 'main',
    fails: true,
  };

  expect(failureMarkdown(describeFailure(new Error('x')), '', review)).toContain(
    `\nNothing is proven about commit [\`aaaaaaa\`](https://github.example/c/a/commit/${'a'.repeat(40)}): the run ended`,
  );
});

test('a base that git does not read is named in the heading', () => {
  const error = new UserError({
    code: 'no-repository',
    message: 'git does not read this repository.',
    fix: 'allow it',
  });

  expect(failureMarkdown(describeFailure(error), '').split('\n')[0]).toBe(
    '### ⚠️ Privacy gate: no verdict, git does not read the base, and only its contract may judge',
  );
});
