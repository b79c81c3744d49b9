import { describe, expect, test } from 'vitest';
import { evaluateToRepr } from '../testing/evaluate-text.ts';

// Each row is an expression and the repr() of its value in Jinja2 3.1.6 on CPython.
const mapped = [
  ["[1,2]|map('string')|length", 'raises TypeError'],
  ["[1,2]|map('string')|first", "'1'"],
  ["[1,'x']|map('abs')|first", '1'],
  ["['a','b']|map('upper')|join(' ')", "'A B'"],
  ["[1]|map('string')|last", 'raises TypeError'],
  ["[1,2]|map('string')|list", "['1', '2']"],
  ["['a','b']|map('upper')|list", "['A', 'B']"],
  ["[' a ','b']|map('trim')|map('upper')|list", "['A', 'B']"],
  ["[{'a':1},{'a':2}]|map(attribute='a')|list", '[1, 2]'],
  ["[{'a':1},{}]|map(attribute='a')|list", '[1, Undefined]'],
  ["[{'a':1},{}]|map(attribute='a',default=0)|list", '[1, 0]'],
  ["[{'a':1},{}]|map(attribute='a',default=none)|list", '[1, Undefined]'],
  ["[{'a':{'b':[5,6]}}]|map(attribute='a.b.1')|list", '[6]'],
  ["[{'a':1}]|map(attribute='a.b')|list", '[Undefined]'],
  ["[{}]|map(attribute='a.b')|list", 'raises UndefinedError'],
  ["[{}]|map(attribute='a.b',default='z')|list", "['z']"],
  ['[[1,2],[3,4]]|map(attribute=0)|list', '[1, 3]'],
  ["[[1,2],[3,4]]|map(attribute='1')|list", '[2, 4]'],
  ["[[1,2],[3]]|map(attribute='1')|list", '[2, Undefined]'],
  ['[1,2]|map|list', 'raises FilterArgumentError'],
  ['[]|map|list', '[]'],
  ["[1]|map(attribute='x',foo=1)|list", 'raises FilterArgumentError'],
  ["[1]|map('nofilter')|list", 'raises TemplateRuntimeError'],
  ['[1]|map(5)|list', 'raises TemplateRuntimeError'],
  ["[]|map('nofilter')|list", '[]'],
  ["none|map('upper')|list", '[]'],
  ["undef|map('upper')|list", '[]'],
  ["0|map('upper')|list", '[]'],
  ["5|map('upper')|list", 'raises TypeError'],
  ["['a b','c']|map('replace',' ','-')|list", "['a-b', 'c']"],
  ["['a','b']|map('default','z')|list", "['a', 'b']"],
  ["[none,'b']|map('default','z',true)|list", "['z', 'b']"],
  ["[undef,'b']|map('default',default_value='z')|list", "['z', 'b']"],
  ["[[3,1],[2]]|map('sort')|list", '[[1, 3], [2]]'],
  ["[[3,1],[2]]|map('sort',reverse=true)|list", '[[3, 1], [2]]'],
  ["[1.5,2.5]|map('round')|list", '[2.0, 2.0]'],
  ["['1','2']|map('int')|sum", '3'],
  ["[[1,2],[3]]|map('join','-')|list", "['1-2', '3']"],
  ["[[1,2],[3]]|map('sum')|list", '[3, 3]'],
  ["['x']|map('upper')|map('lower')|map('title')|list", "['X']"],
  ["[1,2]|map('string')|reverse", "['2', '1']"],
  ["[1,2]|map('string')|sort", "['1', '2']"],
] as const;

const kept = [
  ["[1,2,3,4,5,6]|reject('odd')|list", '[2, 4, 6]'],
  ["[1,2,3,4,5,6]|select('odd')|list", '[1, 3, 5]'],
  ["[0,1,'',none,'a',[]]|select|list", "[1, 'a']"],
  ["[0,1,'',none,'a',[]]|reject|list", "[0, '', None, []]"],
  ["[1,2,3]|select('>',1)|list", '[2, 3]'],
  ["[1,2,3]|select('gt',1)|list", '[2, 3]'],
  ["[1,2,3]|select('greaterthan',1)|list", '[2, 3]'],
  ["[1,2,3]|reject('equalto',2)|list", '[1, 3]'],
  ["['a','b']|select('in',['a'])|list", "['a']"],
  ["['a','b']|reject('in','a')|list", "['b']"],
  ["[1,undef]|select('defined')|list", '[1]'],
  ["[1,none]|reject('none')|list", '[1]'],
  ["[1,2]|select('nosuch')|list", 'raises TemplateRuntimeError'],
  ["[]|select('nosuch')|list", '[]'],
  ['none|select|list', '[]'],
  ["undef|reject('odd')|list", '[]'],
  ['5|select|list', 'raises TypeError'],
  ["[3,6,7]|select('divisibleby',3)|list", '[3, 6]'],
  ["['1',1,1.0]|select('string')|list", "['1']"],
  ["[{'a':1},{'a':0},{}]|selectattr('a')|list", "[{'a': 1}]"],
  ["[{'a':1},{'a':0},{}]|rejectattr('a')|list", "[{'a': 0}, {}]"],
  ["[{'a':1},{'a':2}]|selectattr('a','equalto',2)|list", "[{'a': 2}]"],
  ["[{'a':1},{'a':2}]|selectattr('a','==',2)|map(attribute='a')|list", '[2]'],
  ["[{'a':1},{'a':2}]|rejectattr('a','eq',2)|list", "[{'a': 1}]"],
  ["[{'a':{'b':1}},{'a':{'b':2}}]|selectattr('a.b','gt',1)|list", "[{'a': {'b': 2}}]"],
  ["[{'a':1},{}]|selectattr('a','defined')|list", "[{'a': 1}]"],
  ["[{'a':1},{}]|selectattr('a','undefined')|list", '[{}]'],
  ["[{'a':'x'},{'a':'y'}]|selectattr('a','in',['x','z'])|list", "[{'a': 'x'}]"],
  ["[{'a':1}]|selectattr|list", 'raises FilterArgumentError'],
  ['[]|selectattr|list', '[]'],
  ["[{'a':1}]|selectattr('b.c')|list", 'raises UndefinedError'],
  ["[{'n':'id'},{'n':'x'}]|selectattr('n','ne','id')|list", "[{'n': 'x'}]"],
  ["[{'n':'id'},{'n':none}]|rejectattr('n','none')|list", "[{'n': 'id'}]"],
] as const;

describe('map changes each item', () => {
  test.each(mapped)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

describe('select and reject keep items', () => {
  test.each(kept)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});
