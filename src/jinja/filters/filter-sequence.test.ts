import { describe, expect, test } from 'vitest';
import { evaluateToRepr } from '../testing/evaluate-text.ts';

// Each row is an expression and the repr() of its value in Jinja2 3.1.6 on CPython.
const parts = [
  ["{'a':1}|attr('a')", 'Undefined'],
  ["{'a':1}|attr('keys') is callable", 'True'],
  ["undef|attr('x')", 'raises UndefinedError'],
  ['[1,2,3,4,5]|batch(2)|list', '[[1, 2], [3, 4], [5]]'],
  ["[1,2,3,4,5]|batch(2,'x')|list", "[[1, 2], [3, 4], [5, 'x']]"],
  ["[1,2,3,4]|batch(2,'x')|list", '[[1, 2], [3, 4]]'],
  ['[1,2,3]|batch(2,none)|list', '[[1, 2], [3]]'],
  ["[]|batch(2,'x')|list", '[]'],
  ['[1,2]|batch(0)|list', '[[], [1, 2]]'],
  ['[1,2,3]|batch(linecount=2, fill_with=0)|list', '[[1, 2], [3, 0]]'],
  ["'abcde'|batch(2)|list", "[['a', 'b'], ['c', 'd'], ['e']]"],
  ['undef|batch(2)|list', '[]'],
  ['5|batch(2)|list', 'raises TypeError'],
  ['[1,2]|count', '2'],
  ['undef|count', '0'],
  ["{'a':1}|count", '1'],
  ["'häß'|count", '3'],
  ['5|count', 'raises TypeError'],
  ['none|length', 'raises TypeError'],
  ['[3,1]|first', '3'],
  ['[]|first', 'Undefined'],
  ["''|first", 'Undefined'],
  ["'abc'|first", "'a'"],
  ["{'k':1}|first", "'k'"],
  ['undef|first', 'Undefined'],
  ['5|first', 'raises TypeError'],
  ['none|first', 'raises TypeError'],
  ['(1,2)|first', '1'],
  ["{'a':1,'b':2}|items|list", "[('a', 1), ('b', 2)]"],
  ['undef|items|list', '[]'],
  ['[1]|items|list', 'raises TypeError'],
  ['none|items|list', 'raises TypeError'],
  ['[1,2]|last', '2'],
  ['[]|last', 'Undefined'],
  ["'abc'|last", "'c'"],
  ["{'a':1,'b':2}|last", "'b'"],
  ['undef|last', 'Undefined'],
  ['none|last', 'raises TypeError'],
  ['(1,2)|last', '2'],
  ["{'a':1,'b':2}.values()|last", '2'],
  ["'abc'|list", "['a', 'b', 'c']"],
  ["{'a':1}|list", "['a']"],
  ['undef|list', '[]'],
  ['none|list', 'raises TypeError'],
  ['5|list', 'raises TypeError'],
  ['(1,2)|list', '[1, 2]'],
  ["'abc'|reverse", "'cba'"],
  ['[1,2,3]|reverse|list', '[3, 2, 1]'],
  ['(1,2)|reverse|list', '[2, 1]'],
  ["{'a':1,'b':2}|reverse|list", "['b', 'a']"],
  ["{'a':1,'b':2}.items()|reverse|list", "[('b', 2), ('a', 1)]"],
  ['undef|reverse|list', '[]'],
  ['5|reverse', 'raises FilterArgumentError'],
  ['none|reverse', 'raises FilterArgumentError'],
  ['range(3)|reverse|list', '[2, 1, 0]'],
  ['[1,2,3,4,5]|slice(2)|list', '[[1, 2, 3], [4, 5]]'],
  ['[1,2,3,4,5]|slice(3)|list', '[[1, 2], [3, 4], [5]]'],
  ["[1,2,3,4,5]|slice(3,'x')|list", "[[1, 2], [3, 4], [5, 'x']]"],
  ["[1,2,3,4,5,6]|slice(3,'x')|list", "[[1, 2, 'x'], [3, 4, 'x'], [5, 6, 'x']]"],
  ['[1,2]|slice(4)|list', '[[1], [2], [], []]'],
  ['[1,2]|slice(4,0)|list', '[[1], [2], [0], [0]]'],
  ['[1,2]|slice(0)|list', 'raises ZeroDivisionError'],
  ['[1,2]|slice(-1)|list', '[]'],
  ["'abc'|slice(2)|list", "[['a', 'b'], ['c']]"],
  ['undef|slice(2)|list', '[[], []]'],
  ['[1]|first(2)', 'raises TypeError'],
] as const;

const whole = [
  ["[1,2,'x']|join", "'12x'"],
  ["[1,2,'x']|join(', ')", "'1, 2, x'"],
  ["[1,none,true,1.0]|join('|')", "'1|None|True|1.0'"],
  ["[{'a':1},{'a':2}]|join('-',attribute='a')", "'1-2'"],
  ["[{'a':1},{}]|join('-',attribute='a')", "'1-'"],
  ["['a']|join(5)", "'a'"],
  ["['a','b']|join(5)", "'a5b'"],
  ["'abc'|join('-')", "'a-b-c'"],
  ["{'a':1,'b':2}|join(',')", "'a,b'"],
  ["[]|join(',')", "''"],
  ["undef|join(',')", "''"],
  ['5|join', 'raises TypeError'],
  ["none|join(',')", 'raises TypeError'],
  ["[undef,1]|join('-')", "'-1'"],
  ["[[1],'a']|join(' ')", "'[1] a'"],
  ["[1,2]|join(d='+')", "'1+2'"],
  ["[(1,2),(3,4)]|join(',',0)", "'1,3'"],
  ['[1,2,3]|sum', '6'],
  ['[1,2.5]|sum', '3.5'],
  ['[]|sum', '0'],
  ['[]|sum(start=5)', '5'],
  ['[1]|sum(start=5)', '6'],
  ["[{'a':1},{'a':2}]|sum(attribute='a')", '3'],
  ["[{'a':1},{'a':2}]|sum('a')", '3'],
  ["[{'a':1},{}]|sum(attribute='a')", 'raises UndefinedError'],
  ['[[1],[2]]|sum(start=[])', '[1, 2]'],
  ['[[1],[2]]|sum', 'raises TypeError'],
  ["['a','b']|sum(start='')", 'raises TypeError'],
  ["['a']|sum", 'raises TypeError'],
  ['[true,true]|sum', '2'],
  ['undef|sum', '0'],
  ['none|sum', 'raises TypeError'],
  ['[0.1,0.2]|sum', '0.30000000000000004'],
  ['[(1,),(2,)]|sum(start=())', '(1, 2)'],
] as const;

const defaults = [
  ["undef|default('x')", "'x'"],
  ["undef|d('x')", "'x'"],
  ['undef|default', "''"],
  ["none|default('x')", 'None'],
  ["none|default('x',true)", "'x'"],
  ["''|default('x')", "''"],
  ["''|default('x',true)", "'x'"],
  ['0|default(5,boolean=true)', '5'],
  ['[]|default([1],true)', '[1]'],
  ['undef|default(none)', 'None'],
  ['undef|default(default_value=3)', '3'],
  ["undef.a|default('x')", 'raises UndefinedError'],
  ["{'a':{}}.a.b|default('x')", "'x'"],
] as const;

const native = [
  ['1|as_text', '1'],
  ["'1'|as_number", "'1'"],
  ["'x'|as_native", "'x'"],
  ['none|as_bool', 'None'],
] as const;

describe('sequences give items and parts', () => {
  test.each(parts)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

describe('sequences become one value', () => {
  test.each(whole)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

describe('a default stands in for what is not there', () => {
  test.each(defaults)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

describe("dbt's filters for YAML give their input", () => {
  test.each(native)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});
