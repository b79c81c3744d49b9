import { describe, expect, test } from 'vitest';
import { evaluateToRepr } from '../testing/evaluate-text.ts';

// Each row is an expression and the repr() of its value in Jinja2 3.1.6 on CPython.
const ordered = [
  ["{'b':1,'A':2,'c':0}|dictsort", "[('A', 2), ('b', 1), ('c', 0)]"],
  ["{'b':1,'A':2,'c':0}|dictsort(true)", "[('A', 2), ('b', 1), ('c', 0)]"],
  ["{'b':1,'A':2,'c':0}|dictsort(false,'value')", "[('c', 0), ('b', 1), ('A', 2)]"],
  ["{'b':1,'A':2,'c':0}|dictsort(reverse=true)", "[('c', 0), ('b', 1), ('A', 2)]"],
  ["{'b':1,'A':2,'c':0}|dictsort(by='value',reverse=true)", "[('A', 2), ('b', 1), ('c', 0)]"],
  ["{'b':'x','A':'Y','c':'z'}|dictsort(by='value')", "[('b', 'x'), ('A', 'Y'), ('c', 'z')]"],
  ["{'b':1}|dictsort(by='foo')", 'raises FilterArgumentError'],
  ["{1:1,'a':2}|dictsort", 'raises TypeError'],
  ['[1]|dictsort', 'raises AttributeError'],
  ['undef|dictsort', 'raises UndefinedError'],
  ['[3,1,2]|max', '3'],
  ['[3,1,2]|min', '1'],
  ["['b','A','c']|min", "'A'"],
  ["['b','A','c']|max", "'c'"],
  ["['b','A','B']|max", "'b'"],
  ["['b','A','c']|min(true)", "'A'"],
  ["['B','a','b','A']|min", "'a'"],
  ['[]|min', 'Undefined'],
  ['[]|max', 'Undefined'],
  ["[{'a':2},{'a':1}]|min(attribute='a')", "{'a': 1}"],
  ["[{'a':2},{'a':1}]|max(attribute='a')", "{'a': 2}"],
  ["[1,'a']|max", 'raises TypeError'],
  ['[none,none]|max', 'raises TypeError'],
  ['[none]|max', 'None'],
  ['undef|max', 'Undefined'],
  ["'hello'|max", "'o'"],
  ["{'a':1,'b':2}|max", "'b'"],
  ['[1,1.0,true]|max', '1'],
  ['[1,2]|max(case_sensitive=true)', '2'],
  ['[undef,undef]|min', 'raises UndefinedError'],
  ['[3,1,2]|sort', '[1, 2, 3]'],
  ['[3,1,2]|sort(true)', '[3, 2, 1]'],
  ['[3,1,2]|sort(reverse=true)', '[3, 2, 1]'],
  ["['b','A','a','B']|sort", "['A', 'a', 'b', 'B']"],
  ["['b','A','a','B']|sort(case_sensitive=true)", "['A', 'B', 'a', 'b']"],
  ["['b','A','a','B']|sort(reverse=true)", "['b', 'B', 'A', 'a']"],
  ["[{'a':2},{'a':1}]|sort(attribute='a')", "[{'a': 1}, {'a': 2}]"],
  [
    "[{'a':1,'b':'y'},{'a':1,'b':'X'},{'a':0,'b':'z'}]|sort(attribute='a,b')",
    "[{'a': 0, 'b': 'z'}, {'a': 1, 'b': 'X'}, {'a': 1, 'b': 'y'}]",
  ],
  [
    "[{'a':1,'b':'y'},{'a':1,'b':'X'},{'a':0,'b':'z'}]|sort(attribute='a,b',reverse=true)",
    "[{'a': 1, 'b': 'y'}, {'a': 1, 'b': 'X'}, {'a': 0, 'b': 'z'}]",
  ],
  ["[{'a':1,'b':'y'},{'a':1,'b':'x'}]|sort(attribute='a',reverse=true)", "[{'a': 1, 'b': 'y'}, {'a': 1, 'b': 'x'}]"],
  ["[{'a':{'b':2}},{'a':{'b':1}}]|sort(attribute='a.b')", "[{'a': {'b': 1}}, {'a': {'b': 2}}]"],
  ["[(1,'b'),(0,'c')]|sort(attribute=1)", "[(1, 'b'), (0, 'c')]"],
  ["[(1,'b'),(0,'c')]|sort(attribute='0')", "[(0, 'c'), (1, 'b')]"],
  ["[1,'a']|sort", 'raises TypeError'],
  ['[none,none]|sort', '[None, None]'],
  ['[none,1]|sort', 'raises TypeError'],
  ["[{},{}]|sort(attribute='x')", '[{}, {}]'],
  ["[{'x':1},{}]|sort(attribute='x')", 'raises UndefinedError'],
  ["[{'a':1},{'a':1}]|sort", "[{'a': 1}, {'a': 1}]"],
  ["[{'a':1},{'a':2}]|sort", 'raises TypeError'],
  ["'bca'|sort", "['a', 'b', 'c']"],
  ["{'b':1,'a':2}|sort", "['a', 'b']"],
  ['undef|sort', '[]'],
  ['5|sort', 'raises TypeError'],
  ['[[2,1],[1,5],[1,2]]|sort', '[[1, 2], [1, 5], [2, 1]]'],
  ['[true,false,0,2]|sort', '[False, 0, True, 2]'],
  ['[1.5,1,2]|sort', '[1, 1.5, 2]'],
  ['(3,1)|sort', '[1, 3]'],
] as const;

const grouped = [
  ["[{'a':1,'b':2},{'a':2},{'a':1}]|groupby('a')", "[(1, [{'a': 1, 'b': 2}, {'a': 1}]), (2, [{'a': 2}])]"],
  ["[{'a':'x'},{'a':'X'},{'a':'b'}]|groupby('a')", "[('b', [{'a': 'b'}]), ('x', [{'a': 'x'}, {'a': 'X'}])]"],
  [
    "[{'a':'x'},{'a':'X'},{'a':'b'}]|groupby('a',case_sensitive=true)",
    "[('X', [{'a': 'X'}]), ('b', [{'a': 'b'}]), ('x', [{'a': 'x'}])]",
  ],
  ["[{'a':{'b':1}},{'a':{'b':0}}]|groupby('a.b')", "[(0, [{'a': {'b': 0}}]), (1, [{'a': {'b': 1}}])]"],
  ["[{'a':1},{}]|groupby('a',default=0)", "[(0, [{}]), (1, [{'a': 1}])]"],
  ["[{'a':1},{}]|groupby('a')", 'raises UndefinedError'],
  ["[{},{}]|groupby('a')", 'raises UndefinedError'],
  ["[{}]|groupby('a')", '[(Undefined, [{}])]'],
  ['[(1,2),(1,3),(0,1)]|groupby(0)', '[(0, [(0, 1)]), (1, [(1, 2), (1, 3)])]'],
  ["[(1,2),(1,3),(0,1)]|groupby('0')", '[(0, [(0, 1)]), (1, [(1, 2), (1, 3)])]'],
  ["([{'a':1}]|groupby('a'))[0].grouper", '1'],
  ["([{'a':1}]|groupby('a'))[0].list", "[{'a': 1}]"],
  ["([{'a':1}]|groupby('a'))|map(attribute='grouper')|list", '[1]'],
  ["([{'a':1}]|groupby('a'))|map(attribute='list')|list", "[[{'a': 1}]]"],
  ["([{'a':1}]|groupby('a'))|map('first')|list", '[1]'],
  ["([{'a':1}]|groupby('a'))|first|length", '2'],
  ["undef|groupby('a')", '[]'],
  ['[]|groupby', 'raises TypeError'],
  ["[1,1,2,'a','A']|unique|list", "[1, 2, 'a']"],
  ["[1,1,2,'a','A']|unique(true)|list", "[1, 2, 'a', 'A']"],
  ['[1,1.0,true]|unique|list', '[1]'],
  ["[{'a':1},{'a':1},{'a':2}]|unique(attribute='a')|list", "[{'a': 1}, {'a': 2}]"],
  ["[{'a':1,'b':'x'},{'a':2,'b':'X'}]|unique(attribute='b')|list", "[{'a': 1, 'b': 'x'}]"],
  ['[[1]]|unique|list', 'raises TypeError'],
  ['undef|unique|list', '[]'],
  ["'hello'|unique|join", "'helo'"],
  ['[none,none]|unique|list', '[None]'],
  ['[(1,2),(1,2)]|unique|list', '[(1, 2)]'],
  ["[{},{}]|unique(attribute='x')|list", '[{}]'],
] as const;

describe('items are ordered, without regard to case by default', () => {
  test.each(ordered)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

describe('items are grouped, and named once', () => {
  test.each(grouped)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});
