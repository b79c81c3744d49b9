import { expect, test } from 'vitest';
import { evaluate } from './testing/evaluate.ts';

/** Expressions, and the repr() of their values in CPython 3.11. */
const CASES: readonly (readonly [string, string])[] = [
  ["[list(it.groupby('aabbbc'))[0:0]]", '[[]]'],
  ['[list(it.groupby([1,1.0,true,2]))[0:0]]', '[[]]'],
  ['[list(it.groupby([]))[0:0]]', '[[]]'],
  ["[list(it.tee('abc',2)[0])]", "[['a', 'b', 'c']]"],
  ["it.tee('a',0)", '()'],
  ["list(it.accumulate(['a','b']))", "['a', 'ab']"],
  ["list(it.accumulate(['a','b'], '{}{}'.format))", "['a', 'ab']"],
  ['list(it.accumulate([1,2,3]))', '[1, 3, 6]'],
  ['list(it.accumulate([1,2.5],initial=10))', '[10, 11, 13.5]'],
  ['list(it.accumulate([]))', '[]'],
  ['list(it.accumulate([],initial=1))', '[1]'],
  ['list(it.chain())', '[]'],
  ["list(it.chain([1],[2,3],'ab'))", "[1, 2, 3, 'a', 'b']"],
  ["list(it.chain.from_iterable([[1],(2,),'x']))", "[1, 2, 'x']"],
  ["list(it.combinations('abc',0))", '[()]'],
  ["list(it.combinations('abcd',2))", "[('a', 'b'), ('a', 'c'), ('a', 'd'), ('b', 'c'), ('b', 'd'), ('c', 'd')]"],
  ['list(it.combinations([1,2],3))', '[]'],
  ['list(it.combinations([],0))', '[()]'],
  ["list(it.combinations_with_replacement('',0))", '[()]'],
  ["list(it.combinations_with_replacement('',1))", '[]'],
  [
    "list(it.combinations_with_replacement('ab',4))",
    "[('a', 'a', 'a', 'a'), ('a', 'a', 'a', 'b'), ('a', 'a', 'b', 'b'), ('a', 'b', 'b', 'b'), ('b', 'b', 'b', 'b')]",
  ],
  [
    "list(it.combinations_with_replacement('abc',2))",
    "[('a', 'a'), ('a', 'b'), ('a', 'c'), ('b', 'b'), ('b', 'c'), ('c', 'c')]",
  ],
  ["list(it.compress('abcd',[1,0,true]))", "['a', 'c']"],
  ['list(it.compress(it.count(),[1,0,1]))', '[0, 2]'],
  ['list(it.cycle([]))', '[]'],
  ["list(it.dropwhile('abc'.startswith,['a','ab','x','a']))", "['x', 'a']"],
  ["list(it.filterfalse('abc'.startswith,['a','ab','x','a']))", "['x']"],
  ["list(it.filterfalse(none,[0,1,'','a']))", "[0, '']"],
  ['list(it.groupby([]))', '[]'],
  ["list(it.islice('ab',10))", "['a', 'b']"],
  ["list(it.islice('abcdef',1,5,2))", "['b', 'd']"],
  ["list(it.islice('abcdef',2))", "['a', 'b']"],
  ["list(it.islice('abcdef',2,none))", "['c', 'd', 'e', 'f']"],
  ["list(it.islice('abcdef',none,none,2))", "['a', 'c', 'e']"],
  ['list(it.islice(it.chain(it.count(),[1]),2))', '[0, 1]'],
  ['list(it.islice(it.count(),3))', '[0, 1, 2]'],
  ['list(it.islice(it.count(0.5,0.25),3))', '[0.5, 0.75, 1.0]'],
  ['list(it.islice(it.count(5,2),1,4))', '[7, 9, 11]'],
  ['list(it.islice(it.count(start=-1,step=-3),3))', '[-1, -4, -7]'],
  ["list(it.islice(it.cycle('ab'),5))", "['a', 'b', 'a', 'b', 'a']"],
  ['list(it.islice(it.cycle([1,2,3]),2,10,3))', '[3, 3, 3]'],
  ['list(it.islice(it.repeat(none),2))', '[None, None]'],
  ["list(it.pairwise('a'))", '[]'],
  ["list(it.pairwise('abcd'))", "[('a', 'b'), ('b', 'c'), ('c', 'd')]"],
  ['list(it.pairwise([]))', '[]'],
  ["list(it.permutations('',0))", '[()]'],
  ["list(it.permutations('ab',3))", '[]'],
  ['list(it.permutations([1,2,3]))', '[(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)]'],
  ["list(it.product('ab',[1,2]))", "[('a', 1), ('a', 2), ('b', 1), ('b', 2)]"],
  ["list(it.product('ab',repeat=0))", '[()]'],
  ["list(it.product('ab',repeat=2))", "[('a', 'a'), ('a', 'b'), ('b', 'a'), ('b', 'b')]"],
  ['list(it.product())', '[()]'],
  ["list(it.product([],'ab'))", '[]'],
  ["list(it.repeat('x',-2))", '[]'],
  ["list(it.repeat('x',times=0))", '[]'],
  ['list(it.repeat(1,3))', '[1, 1, 1]'],
  ["list(it.starmap('{}-{}'.format,[(1,2),[3,4],'ab']))", "['1-2', '3-4', 'a-b']"],
  ['list(it.starmap(str,[(1,)]))', "['1']"],
  ["list(it.takewhile('abc'.startswith,['a','ab','x','a']))", "['a', 'ab']"],
  ["list(it.tee('abc')[0])", "['a', 'b', 'c']"],
  ["list(it.tee('abc',3)[2])", "['a', 'b', 'c']"],
  ["list(it.zip_longest('abc',[1]))", "[('a', 1), ('b', None), ('c', None)]"],
  ["list(it.zip_longest('abc',[1],fillvalue='-'))", "[('a', 1), ('b', '-'), ('c', '-')]"],
  ['list(it.zip_longest())', '[]'],
  ['str(it.chain)', '"<class \'itertools.chain\'>"'],
];

test.each(CASES)('%s is as in Python', async (expression, expected) => {
  expect(await evaluate(expression)).toBe(expected);
});

test.each([
  'list(it.count())',
  "'x' in it.cycle([1])",
  'list(it.dropwhile(str, it.repeat(1)))',
  'list(it.chain.from_iterable(it.repeat([])))',
  'list(it.compress(it.repeat(1), it.repeat(0)))',
  'list(it.permutations(it.islice(it.count(), 10000)))',
  'list(it.accumulate(it.repeat([1])))',
  'list(it.product(it.islice(it.count(), 1000), repeat=9))',
])('%s stops with an error instead of going on for ever', async (expression) => {
  await expect(evaluate(expression)).rejects.toThrow(/too many items|more than \d+ iterables/);
});

test('a function that has to wait cannot be a predicate', async () => {
  await expect(evaluate('list(it.takewhile(later, [1]))')).rejects.toThrow('later() has to wait for the warehouse');
});
