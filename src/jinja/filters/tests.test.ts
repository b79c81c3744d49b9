import { describe, expect, test } from 'vitest';
import { evaluateToRepr } from '../testing/evaluate-text.ts';

// Expected values are those of Jinja2 3.1.6 on CPython.
const SIMPLE =
  'boolean callable defined escaped false float integer iterable lower mapping none number sequence string true undefined upper';

const COMPARING = 'eq ne lt le gt ge sameas in divisibleby';

/** An expression, and the simple tests that its value passes. */
const kinds = [
  ['1', 'defined integer number'],
  ['0', 'defined integer number'],
  ['-1', 'defined integer number'],
  ['1.0', 'defined float number'],
  ['2.5', 'defined float number'],
  ['true', 'boolean defined number true'],
  ['false', 'boolean defined false number'],
  ['none', 'defined none'],
  ["'a'", 'defined iterable lower sequence string'],
  ["'A'", 'defined iterable sequence string upper'],
  ["''", 'defined iterable sequence string'],
  ["'aB'", 'defined iterable sequence string'],
  ["'1a'", 'defined iterable lower sequence string'],
  ["'中'", 'defined iterable sequence string'],
  ["'ª'", 'defined iterable lower sequence string'],
  ['[]', 'defined iterable sequence'],
  ['[1]', 'defined iterable sequence'],
  ['(1,)', 'defined iterable sequence'],
  ['{}', 'defined iterable mapping sequence'],
  ["{'a':1}", 'defined iterable lower mapping sequence'],
  ['undef', 'callable iterable sequence undefined'],
  ['range(3)', 'defined iterable lower sequence'],
  ["{'a':1}.keys()", 'defined iterable lower'],
  ["[1]|map('string')", 'defined iterable lower'],
  ['namespace()', 'defined'],
  ["'x'.upper", 'callable defined lower'],
  ['12345678901234567890', 'defined integer number'],
] as const;

/** Two values, and the comparisons that hold between them. Those with a `!` raise an error. */
const comparisons = [
  ['1', '1', 'eq le ge sameas in! divisibleby'],
  ['1', '1.0', 'eq le ge in! divisibleby'],
  ['1', 'true', 'eq le ge in! divisibleby'],
  ['0', 'false', 'eq le ge in! divisibleby!'],
  ['1', '2', 'ne lt le in!'],
  ['2.5', '1', 'ne gt ge in!'],
  ["'a'", "'b'", 'ne lt le divisibleby!'],
  ["'a'", "'a'", 'eq le ge sameas in divisibleby!'],
  ["'a'", "'abc'", 'ne lt le in divisibleby!'],
  ["'a'", '1', 'ne lt! le! gt! ge! in! divisibleby!'],
  ['1', "'a'", 'ne lt! le! gt! ge! in! divisibleby!'],
  ['[1]', '[1]', 'eq le ge divisibleby!'],
  ['[1]', '[2]', 'ne lt le divisibleby!'],
  ['[1]', '[1,0]', 'ne lt le divisibleby!'],
  ['[1]', '(1,)', 'ne lt! le! gt! ge! divisibleby!'],
  ['(1,2)', '(1,3)', 'ne lt le divisibleby!'],
  ['1', '[1,2]', 'ne lt! le! gt! ge! in divisibleby!'],
  ["'a'", "{'a':1}", 'ne lt! le! gt! ge! in'],
  ["{'a':1}", "{'a':1}", 'eq lt! le! gt! ge! in! divisibleby!'],
  ["{'a':1}", "{'a':2}", 'ne lt! le! gt! ge! in! divisibleby!'],
  ['none', 'none', 'eq lt! le! gt! ge! sameas in! divisibleby!'],
  ['none', '1', 'ne lt! le! gt! ge! in! divisibleby!'],
  ['none', '[none]', 'ne lt! le! gt! ge! in divisibleby!'],
  ['undef', 'undef', 'eq lt! le! gt! ge! divisibleby!'],
  ['undef', '1', 'ne lt! le! gt! ge! in! divisibleby!'],
  ['1', 'undef', 'ne lt! le! gt! ge! divisibleby!'],
  ['6', '3', 'ne gt ge in! divisibleby'],
  ['7', '3', 'ne gt ge in!'],
  ['7.5', '2.5', 'ne gt ge in! divisibleby'],
  ['6', '0', 'ne gt ge in! divisibleby!'],
  ['[]', 'none', 'ne lt! le! gt! ge! in! divisibleby!'],
  ['range(3)', 'range(3)', 'eq lt! le! gt! ge! divisibleby!'],
  ['1', 'range(3)', 'ne lt! le! gt! ge! in divisibleby!'],
  ["'a'", "{'a':1}.keys()", 'ne lt! le! gt! ge! in divisibleby!'],
  ["[1,'a']", '[1,2]', 'ne lt! le! gt! ge! divisibleby!'],
  ["'B'", "'a'", 'ne lt le divisibleby!'],
] as const;

const others = [
  ["'upper' is filter", 'True'],
  ["'nosuch' is filter", 'False'],
  ['5 is filter', 'False'],
  ["'odd' is test", 'True'],
  ["'nosuch' is test", 'False'],
  ['1 is not odd', 'False'],
  ['3 is divisibleby 3', 'True'],
  ['3 is divisibleby(0)', 'raises ZeroDivisionError'],
  ['3 is divisibleby', 'raises TypeError'],
  ['1 is sameas(1)', 'True'],
  ["'a' in ['a']", 'True'],
  ['1 is in [1,2]', 'True'],
  ["'a' is in 'abc'", 'True'],
  ["1 is in 'abc'", 'raises TypeError'],
  ['1 is in 5', 'raises TypeError'],
  ['[1] is sameas [1]', 'False'],
  ['3 is odd', 'True'],
  ['-3 is odd', 'True'],
  ['4 is even', 'True'],
  ['2.0 is even', 'True'],
  ['true is odd', 'True'],
  ["'a' is odd", 'raises TypeError'],
  ['none is even', 'raises TypeError'],
  ['undef is odd', 'raises UndefinedError'],
  ["'%d' is odd", 'False'],
  ['10 is divisibleby 2.5', 'True'],
  ["'a' is lessthan 'b'", 'True'],
  ['[1] is lessthan [2]', 'True'],
  ["1 is lessthan 'a'", 'raises TypeError'],
  ['none is ge none', 'raises TypeError'],
  ['2 is greaterthan 1', 'True'],
  ["'a' is in {'a':1}", 'True'],
  ['undef is in [1]', 'False'],
  ['[1,2] is sameas none', 'False'],
  ['1 is sameas 1.0', 'False'],
  ['none is sameas none', 'True'],
  ['true is sameas true', 'True'],
  ['[] is sameas []', 'False'],
  ['1 is equalto 1', 'True'],
] as const;

describe('kinds of values', () => {
  test.each(kinds)('%s is %s', async (expression, expected) => {
    const answers = SIMPLE.split(' ').map(async (name) =>
      (await evaluateToRepr(`(${expression}) is ${name}`)) === 'True' ? [name] : [],
    );
    expect((await Promise.all(answers)).flat().join(' ')).toBe(expected);
  });
});

describe('comparisons', () => {
  test.each(comparisons)('%s and %s: %s', async (left, right, expected) => {
    const answers = COMPARING.split(' ').map(async (name) => {
      const answer = await evaluateToRepr(`(${left}) is ${name}(${right})`);
      return answer === 'False' ? [] : [answer === 'True' ? name : `${name}!`];
    });
    expect((await Promise.all(answers)).flat().join(' ')).toBe(expected);
  });
});

describe('other tests', () => {
  test.each(others)('%s: %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});
