import { describe, expect, test } from 'vitest';
import { FILTER_NAMES } from './filter-names.ts';
import { applyFilter, isFilter } from './filters.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { Meter } from './meter.ts';
import { evaluated, printed } from './testing/evaluate-text.ts';
import { isTest } from './tests.ts';

const NOTHING = { positional: [], named: new Map() };

describe('filters have names', () => {
  test('those of Jinja 3.1 and dbt are known, those of Python or JavaScript are not', () => {
    expect(FILTER_NAMES.every(isFilter)).toBe(true);
    expect(['len', 'toString', 'constructor', '__proto__', ''].some(isFilter)).toBe(false);
    expect(['constructor', 'toString', '__proto__', ''].some(isTest)).toBe(false);
  });

  test('a wrong name is said with the one most like it', () => {
    const meter = new Meter(DEFAULT_LIMITS);
    expect(() => applyFilter('uper', 'a', NOTHING, meter)).toThrow("No filter named 'uper'. Did you mean 'upper'?");
    const args = { positional: ['defind'], named: new Map() };
    const selected = applyFilter('select', ['a'], args, meter);
    expect(() => applyFilter('list', selected, NOTHING, meter)).toThrow(
      "No test named 'defind'. Did you mean 'defined'?",
    );
  });

  test('random is refused, as a build must give the same each time', async () => {
    expect(await evaluated('[1, 2] | random')).toBe('raises TemplateRuntimeError');
  });
});

const lazy = [
  ['an item nobody asks for is not computed', "{{ [1, 'x'] | map('abs') | first }}", '1'],
  ['a wrong name behind a lazy filter is no error until then', "{{ ([1] | map('nosuch')) is iterable }}", 'True'],
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
    'asking whether an item is there uses up what is before it',
    '{% set g = [1, 2, 3] | select %}{{ 1 in g }}{{ 1 in g }}',
    'TrueFalse',
  ],
  [
    'a generator that reads itself is an error',
    "{% set l = [] %}{% set g = l | map('list') %}{% do l.append(g) %}{{ g | list }}",
    'raises ValueError',
  ],
  [
    'more of them behind each other than the stack can hold are an error',
    "{% set n = namespace(g=[1]) %}{% for i in range(5000) %}{% set n.g = n.g | map('string') %}{% endfor %}{{ n.g | list }}",
    'raises LimitError',
  ],
] as const;

describe('lazy filters compute items when they are asked for', () => {
  test.each(lazy)('%s', async (_, template, expected) => {
    expect(await printed(template)).toBe(expected);
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
    expect(await printed(template)).toBe(expected);
  });
});

describe('what Jinja marks as safe is plain text here', () => {
  test.each([
    ["('a' | safe) + '<'", "'a<'"],
    ["'<' | e | e", "'&amp;lt;'"],
    ["('<' | e) is escaped", 'False'],
  ])('%s is %s', async (expression, expected) => {
    expect(await evaluated(expression)).toBe(expected);
  });
});
