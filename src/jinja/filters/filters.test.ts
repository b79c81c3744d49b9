import { describe, expect, test } from 'vitest';
import { evaluateToRepr, printTemplate } from '../testing/evaluate-text.ts';
import { DEFAULT_LIMITS } from '../values/limits.ts';
import { Meter } from '../values/meter.ts';
import { FILTER_NAMES } from './filter-names.ts';
import { applyFilter, isFilter } from './filters.ts';
import { isTest } from './tests.ts';

const NOTHING = { positional: [], named: new Map() };

describe('filters have names', () => {
  test('the filters of Jinja 3.1 and dbt exist, functions of Python or JavaScript are no filters', () => {
    expect(FILTER_NAMES.every(isFilter)).toBe(true);
    expect(['len', 'toString', 'constructor', '__proto__', ''].some(isFilter)).toBe(false);
    expect(['constructor', 'toString', '__proto__', ''].some(isTest)).toBe(false);
  });

  test('the error for a wrong name suggests the nearest one', () => {
    const meter = new Meter(DEFAULT_LIMITS);
    expect(() => applyFilter('uper', 'a', NOTHING, meter)).toThrow("No filter named 'uper'. Did you mean 'upper'?");
    const args = { positional: ['defind'], named: new Map() };
    const selected = applyFilter('select', ['a'], args, meter);
    expect(() => applyFilter('list', selected, NOTHING, meter)).toThrow(
      "No test named 'defind'. Did you mean 'defined'?",
    );
  });

  test('random is refused, as a build must give the same each time', async () => {
    expect(await evaluateToRepr('[1, 2] | random')).toBe('raises TemplateRuntimeError');
  });
});

const lazy = [
  ['an item that nothing reads is not computed', "{{ [1, 'x'] | map('abs') | first }}", '1'],
  ['a wrong name of a filter is no error until an item is read', "{{ ([1] | map('nosuch')) is iterable }}", 'True'],
  [
    'items can be walked through once',
    "{% set g = [1, 2, 3] | map('string') %}{{ g | first }}{{ g | list }}{{ g | list }}",
    "1['2', '3'][]",
  ],
  [
    'a list that grows before it is walked through has grown',
    "{% set l = [1] %}{% set g = l | map('string') %}{% do l.append(2) %}{{ g | list }}",
    "['1', '2']",
  ],
  [
    'the operator `in` uses up the items before the one that it finds',
    '{% set g = [1, 2, 3] | select %}{{ 1 in g }}{{ 1 in g }}',
    'TrueFalse',
  ],
  [
    'a generator that reads itself is an error',
    "{% set l = [] %}{% set g = l | map('list') %}{% do l.append(g) %}{{ g | list }}",
    'raises ValueError',
  ],
  [
    'a chain of lazy filters that the stack cannot hold is an error',
    "{% set n = namespace(g=[1]) %}{% for i in range(5000) %}{% set n.g = n.g | map('string') %}{% endfor %}{{ n.g | list }}",
    'raises LimitError',
  ],
] as const;

describe('a lazy filter computes an item when it is read', () => {
  test.each(lazy)('%s', async (_, template, expected) => {
    expect(await printTemplate(template)).toBe(expected);
  });
});

const inTemplates = [
  [
    'groups can be unpacked',
    "{% for k, rows in [{'k': 'x', 'v': 1}, {'k': 'y', 'v': 2}, {'k': 'x', 'v': 3}] | groupby('k') %}{{ k }}{{ rows | map(attribute='v') | join('+') }};{% endfor %}",
    'x1+3;y2;',
  ],
  [
    'groups can be read by name',
    "{% for g in [{'k': 'x'}] | groupby('k') %}{{ g.grouper }} {{ g.list }} {{ g[0] }} {{ g }}{% endfor %}",
    "x [{'k': 'x'}] x ('x', [{'k': 'x'}])",
  ],
  ['pairs can be unpacked', "{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}", 'a2b1'],
  ['blocks are filtered', "{% filter replace('a', 'b') | indent(2, true) %}a\na{% endfilter %}", '  b\n  b'],
  ['block assignments are filtered', '{% set x | trim | upper %} a {% endset %}[{{ x }}]', '[A]'],
  ['paths reach into namespaces', "{% set n = namespace(a=[7]) %}{{ [n] | map(attribute='a.0') | list }}", '[7]'],
  ['attr reads no items', "{{ {'a': 1} | attr('a') is undefined }}", 'True'],
  ['attr reaches no further than a template may', "{{ 'a' | attr('__class__') }}", 'raises SecurityError'],
] as const;

describe('filters in templates', () => {
  test.each(inTemplates)('%s', async (_, template, expected) => {
    expect(await printTemplate(template)).toBe(expected);
  });
});

describe('what Jinja marks as safe is plain text here', () => {
  test.each([
    ["('a' | safe) + '<'", "'a<'"],
    ["'<' | e | e", "'&amp;lt;'"],
    ["('<' | e) is escaped", 'False'],
  ])('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

const hostile = [
  ['joining empty lists', "{{ ([[]] * 1000000) | map('join') | map('join') | list | length }}"],
  ['adding up lists', '{{ ([[1] * 1000] * 100000) | sum(start=[]) | length }}'],
  [
    'lists that share their parts',
    '{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l | string | length }}',
  ],
  [
    'comparing lists that share their parts',
    "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(22) %}{% set n.a = [n.a, n.a] %}{% set n.b = [n.b, n.b] %}{% endfor %}{{ ([n.a] * 100000) | select('eq', n.b) | list | length }}",
  ],
  [
    'sorting lists that share their parts',
    '{% set n = namespace(a=[1], b=[1]) %}{% for i in range(22) %}{% set n.a = [n.a, n.a] %}{% set n.b = [n.b, n.b] %}{% endfor %}{{ ([n.a, n.b] * 10000) | sort | length }}',
  ],
  [
    'JSON of lists that share their parts',
    '{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l | tojson | length }}',
  ],
  [
    'pretty lists that share their parts',
    '{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l | pprint | length }}',
  ],
  ['a long text for each item', "{{ ([('x' * 9000000)] * 100000) | map('upper') | list | length }}"],
  ['a character of a long text for each item', "{{ ([('x' * 9000000)] * 100000) | map(attribute=0) | list | length }}"],
  ['a wide indent', "{{ ('a\n' * 100000) | indent(1000) | length }}"],
  ['wide columns', "{{ 'a' | center(100000000) }}"],
  ['columns without end', '{{ [1] | slice(1000000000) | list | length }}'],
  ['rows without end', "{{ [1] | batch(1000000000, 'x') | list | length }}"],
  [
    'sorting again and again',
    '{% set l = range(100000) | list %}{% for i in range(100000) %}{% do l.sort() %}{% endfor %}',
  ],
  [
    'looking through a list again and again',
    '{% set l = range(100000) | list %}{% for i in range(100000) %}{{ l.index(99999) }}{% endfor %}',
  ],
  [
    'moving a list again and again',
    '{% set l = [1] * 1000000 %}{% for i in range(100000) %}{% do l.insert(0, 1) %}{% do l.pop() %}{% endfor %}',
  ],
] as const;

describe('no filter hangs or takes all memory', () => {
  test.each(hostile)('%s', { timeout: 60_000 }, async (_, template) => {
    expect(await printTemplate(template)).toBe('raises LimitError');
  });

  const long = [
    ['addresses', "{{ ('(' * 1000000 ~ 'http://a.com' ~ ')' * 1000000) | urlize | length }}", '2000054'],
    ['mail', "{{ ('a@' * 1000000 ~ 'b.c' ~ '.c' * 1000000) | urlize | length }}", '8000028'],
    ['tags', "{{ ('<!--' * 1000000) | striptags | length }}", '4000000'],
    ['a long word', "{{ ('x' * 1000000) | wordwrap(1) | length }}", '1999999'],
    ['hyphens', "{{ ('a-' * 500000) | wordwrap(10) | length }}", '1099999'],
    ['white space', "{{ (' ' * 1000000 ~ 'a' ~ ' ' * 1000000) | int(7) }}", '7'],
    ['an open format', "{{ ('{' * 1000000 ~ '}' * 1000000).format() | length }}", '1000000'],
  ] as const;

  test.each(long)('a long text takes time in proportion: %s', { timeout: 20_000 }, async (_, template, expected) => {
    expect(await printTemplate(template)).toBe(expected);
  });
});
