import { describe, expect, test } from 'vitest';
import { UserError } from '../../user-error.ts';
import { parseTemplate } from '../syntax/parse-template.ts';
import { caseContext } from '../testing/case-context.ts';
import { DEFAULT_LIMITS } from '../values/limits.ts';
import { type Context, renderTemplate } from './render.ts';

/** The output of a template, or the error that stopped it. */
async function attempt(text: string, context: Context = caseContext()): Promise<string> {
  try {
    return (await renderTemplate(parseTemplate({ file: 'hostile.sql', text }), context)).text;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `refused: ${error.message}`;
  }
}

const JAVASCRIPT_NAMES = [
  'constructor',
  '__proto__',
  'prototype',
  '__defineGetter__',
  '__lookupGetter__',
  'hasOwnProperty',
  'valueOf',
  'toString',
  'call',
  'apply',
  'bind',
  'caller',
  'arguments',
  'mainModule',
  'process',
  'globalThis',
  'then',
  'items_',
  'map',
  'forEach',
];
const PYTHON_NAMES = [
  '__class__',
  '__mro__',
  '__subclasses__',
  '__globals__',
  '__builtins__',
  '__init__',
  '__dict__',
  '__getattribute__',
  'func_globals',
  'gi_frame',
  'f_back',
  'mro',
  '__code__',
  '__self__',
  '__func__',
  '__base__',
  '__import__',
];
const OBJECTS = [
  "''",
  '1',
  '1.5',
  'true',
  'none',
  '[]',
  '()',
  '{}',
  'range(3)',
  'f',
  'ref("x")',
  'adapter',
  'modules',
  'dict',
  'namespace()',
  'cycler(1)',
  'joiner()',
  "''.join",
  '{}.items()',
  '[1]|map("string")',
  'modules.re',
  'modules.datetime.datetime',
];

describe('no attribute, item or filter leads out of the values templates have', () => {
  test.each(OBJECTS)('%s', async (object) => {
    for (const name of [...JAVASCRIPT_NAMES, ...PYTHON_NAMES]) {
      for (const reach of [`(${object}).${name}`, `(${object})['${name}']`, `(${object})|attr('${name}')`]) {
        // An undefined value prints as nothing and cannot be used. The methods that Python has lead to no host object.
        const printed = await attempt(`{{ ${reach} }}`);
        expect(printed, reach).toMatch(/^$|^refused: |^<function \w+>$|^0$/);
        expect(await attempt(`{{ ${reach}.constructor('return process')() }}`), reach).toMatch(/^refused: /);
      }
    }
  });

  test.each([
    "{{ [].constructor.constructor('return process.env')() }}",
    "{{ ''['con' ~ 'structor']['con' ~ 'structor']('return this')() }}",
    '{{ range.constructor(\'return global.process.mainModule.require("child_process").execSync("id")\')() }}',
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    '{{ self._TemplateReference__context.cycler.__init__.__globals__.os }}',
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''|attr('__class__')|attr('__mro__')|last }}",
    "{{ ('{0.__class__.__init__.__globals__}').format(f) }}",
    "{{ '{x.__class__}'.format(x=1) }}",
    "{{ '{0[__class__]}'.format({}) }}",
    "{{ ('%s' | attr('format')) % [].__class__.x }}",
    "{{ [''.__class__]|map(attribute='__mro__')|list|first|first }}",
    "{{ [{}]|map(attribute='__class__.__mro__')|join|attr('x') }}",
    '{{ lipsum.__globals__ }}',
    '{{ joiner.__init__.__globals__ }}',
    '{{ namespace.__init__.__globals__ }}',
    '{{ get_flashed_messages.__globals__ }}',
    "{{ config.__class__.from_envvar('X') }}",
    "{{ request['application']['__globals__'] }}",
    '{{ caller.__globals__ }}',
    "{% import 'os' as os %}{{ os.popen('id') }}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% from 'fs' import readFileSync %}{{ readFileSync('/etc/passwd') }}",
    "{% set ns = namespace(__proto__={'polluted': 1}) %}{{ ns.constructor.x }}",
    "{% set d = {} %}{% do d.update({'__proto__': {'polluted': 1}}) %}{{ {}.polluted.x }}",
    '{{ f.call(1) }}',
    '{{ f.apply(none, []) }}',
    '{{ f.bind(1)() }}',
    "{{ require('fs') }}",
    '{{ process.exit(1) }}',
    '{{ globalThis.process.pid }}',
    '{{ this.constructor.x }}',
    '{{ ().__class__.__bases__[0].__subclasses__() }}',
    '{{ url_for.__globals__ }}',
    '{{ self.__init__.__globals__ }}',
    "{{ request|attr('application')|attr('\\x5f\\x5fglobals\\x5f\\x5f') }}",
    "{{ (''|attr(['_', '_class_', '_']|join)).x }}",
    "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'].x }}",
    '{{ [].append.__self__.x }}',
    '{{ dict.mro() }}',
    '{{ dict.__base__.x }}',
    '{{ range.__call__.x }}',
    "{{ cycler('a').__init__.__globals__ }}",
    "{{ joiner|attr('__init__')|attr('__globals__') }}",
    "{{ ''.format.__globals__ }}",
    "{{ '{0.__globals__}'.format(range) }}",
    "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
    "{{ ('{0.__class__}'|attr('format'))(1) }}",
    "{{ ['{0.__class__}']|map('format', 1)|list }}",
    "{{ '{0[__class__][x]}'.format([]) }}",
    "{{ '%(__class__)s' % [] }}",
    "{{ [1]|map(attribute='__class__')|map('string')|list }}",
    "{{ [1]|sort(attribute='__class__.x') }}",
    "{{ [[1]]|sum(attribute='__class__.__mro__') }}",
    "{{ [1]|selectattr('__class__.__mro__')|list }}",
    "{{ [].map.constructor('return 1')() }}",
    "{{ 'x'.replace.constructor('return 1')() }}",
    "{{ (1).toString.constructor('return 1')() }}",
    "{{ {}.__lookupGetter__('__proto__').call([]) }}",
    "{{ f['constr' 'uctor']('x')() }}",
    "{{ f|attr('constructor')('return 1')() }}",
    '{{ namespace(constructor=1).__proto__.x }}',
    "{{ ''.constructor.prototype.padStart.constructor('return 1')() }}",
    '{{ [].__class__.constructor }}',
    '{{ {}.toString() }}',
    "{{ {}.hasOwnProperty('x') }}",
    "{{ modules.re.compile('a').constructor.constructor('return 1')() }}",
    "{{ modules.itertools.count.constructor('return 1')() }}",
    '{{ modules.datetime.datetime.__subclasses__() }}',
    "{{ modules.os.popen('id') }}",
    '{{ modules.re.sys.modules }}',
    '{{ modules.__class__.x }}',
    '{{#with "s" as |string|}}{{/with}}',
    '{{lookup (lookup this "constructor") "x"}}',
    '{{{ constructor }}}',
    '{{> ../../etc/passwd }}',
    '{{=<% %>=}}',
    '{{ 7 * 7 ; process }}',
    '{{ `x` }}',
    '{{ (lambda: 1)() }}',
    '{{ x := 1 }}',
    '{{ [x for x in [1]] }}',
    "{{ ''.__init__.__func__.__globals__ }}",
    '{{ loop.__init__.__globals__ }}',
    '{% for i in [1] %}{{ loop.__class__.x }}{{ loop._iterable.x }}{% endfor %}',
    '{% macro m() %}{% endmacro %}{{ m.__globals__.x }}',
    "{% macro m() %}{% endmacro %}{{ m._func.x }}{{ m.constructor('x') }}",
    '{% call(x) f() %}{{ caller.__globals__.x }}{% endcall %}',
    '{% set x = cycler.next %}{{ x.__globals__.y }}',
    '{% block b %}{{ self.b.__globals__.x }}{% endblock %}{{ super.__globals__.x }}',
    '{{ environment.loader }}',
    '{{ context.parent }}',
    "{{ ''.join(''.__doc__) .x }}",
  ])('%s is refused', async (text) => {
    expect(await attempt(text)).toMatch(/^refused: /);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ["{{ d.get('__proto__') }}", 'None'],
    ["{{ {'__proto__': 1}['__proto__'] }}", '1'],
    ["{{ {'constructor': 'c'}.constructor }}", 'c'],
    ['{{ dict(toString=1).keys()|list }}', "['toString']"],
    ['{% set hasOwnProperty = 1 %}{{ hasOwnProperty }}', '1'],
  ])('names of JavaScript are names like others: %s', async (text, expected) => {
    expect(await attempt(text)).toBe(expected);
  });
});

describe('a template that wants too much is stopped with an error', () => {
  test.each([
    ['loops in loops', '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'],
    ['a list that grows while it is walked', '{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}'],
    ['a range beyond any', '{{ range(999999999) | list }}'],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    [
      'macros that call each other',
      '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}',
    ],
    [
      'a call block in a call block in …',
      '{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}',
    ],
    [
      'a recursive loop over itself',
      '{% set l = [] %}{% do l.append(l) %}{% for x in l recursive %}{{ loop(x) }}{% endfor %}',
    ],
    [
      'text that doubles',
      "{% set ns = namespace(t='xxxxxxxxxx') %}{% for i in range(64) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
    ],
    ['text repeated', "{{ 'x' * 999999999 }}"],
    ['a list repeated', '{{ [1] * 999999999 }}'],
    [
      'lists that double',
      '{% set ns = namespace(l=[1]) %}{% for i in range(64) %}{% set ns.l = ns.l + ns.l %}{% endfor %}',
    ],
    ['a power', '{{ 2 ** 99999999 }}'],
    [
      'a product of powers',
      '{% set ns = namespace(n=10) %}{% for i in range(64) %}{% set ns.n = ns.n * ns.n %}{% endfor %}',
    ],
    ['a wide format', "{{ '%999999999d' % 1 }}"],
    ['a wide str.format', "{{ '{:>999999999}'.format(1) }}"],
    ['a wide centre', "{{ 'x' | center(999999999) }}"],
    ['a wide indentation', "{{ 'x\\ny' | indent(999999999) }}"],
    ['a text replaced by a longer one', "{{ ('x' * 1000000) | replace('x', 'y' * 1000000) }}"],
    ['a join of long texts', "{{ ['x' * 1000000] * 1000000 | join }}"],
    ['a filter over a list of lists', "{{ [range(99999) | list] * 99999 | map('sum') | list }}"],
    [
      'a list in a list in a list, printed',
      '{% set ns = namespace(l=[1]) %}{% for i in range(64) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}',
    ],
    [
      'a list in a list in a list, compared',
      '{% set a = namespace(l=[1]) %}{% set b = namespace(l=[1]) %}{% for i in range(64) %}{% set a.l = [a.l, a.l] %}{% set b.l = [b.l, b.l] %}{% endfor %}{{ a.l == b.l }}',
    ],
    ['output without end', "{% set t = 'x' * 1000000 %}{% for i in range(99999) %}{{ t }}{% endfor %}"],
    ['a pattern that never ends', "{{ modules.re.search('(a+)+$', 'a' * 5000 ~ 'b') ~ ('x' * 999999999) }}"],
    ['brackets in brackets', `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`],
    ['tags in tags', `${'{% if 1 %}'.repeat(5000)}${'{% endif %}'.repeat(5000)}`],
    [
      'a pattern that tries every way',
      "{{ modules.re.match('(a|aa)+$', 'a' * 100000 ~ 'b') }}{{ modules.re.match('(a*)*b', 'a' * 100000) }}",
    ],
    ['repetitions of repetitions in a pattern', "{{ modules.re.compile('((a{1,1000}){1,1000}){1,1000}') }}"],
    ['brackets in brackets of a pattern', "{{ modules.re.compile('(' * 100000 ~ ')' * 100000) }}"],
    ['numbers without end, as a list', '{{ modules.itertools.count() | list }}'],
    ['numbers without end, summed up', '{{ modules.itertools.count() | sum }}'],
    ['a number looked for among those without end', '{{ -1 in modules.itertools.count() }}'],
    ['the last of numbers without end', '{{ modules.itertools.count() | last }}'],
    ['a loop over numbers without end', '{% for i in modules.itertools.count() %}{% endfor %}'],
    ['the length of a loop without end', '{% for i in modules.itertools.count() %}{{ loop.length }}{% endfor %}'],
    ['arguments without end', '{{ f(*modules.itertools.count()) }}'],
    ['a list extended without end', '{% set l = [] %}{% do l.extend(modules.itertools.count()) %}'],
    ['a cycle, as a list', '{{ modules.itertools.cycle([1]) | list }}'],
    ['cycles side by side', '{{ zip(modules.itertools.cycle([1]), modules.itertools.cycle([1])) | list }}'],
    ['the same text again and again', "{{ ','.join(modules.itertools.repeat('x')) }}"],
    [
      'iterators behind iterators',
      '{% set ns = namespace(t=modules.itertools.count()) %}{% for i in range(1000) %}{% set ns.t = modules.itertools.tee(ns.t)[0] %}{% endfor %}{{ ns.t | first }}',
    ],
    [
      'filters behind filters, each lazy',
      "{% set ns = namespace(t=[1]) %}{% for i in range(50000) %}{% set ns.t = ns.t | map('string') %}{% endfor %}{{ ns.t | list }}",
    ],
    ['a width that is an argument', "{{ '%*d' % (999999999, 1) }}"],
    ['a precision that is an argument', "{{ '%.*f' % (999999999, 1) }}"],
    ['a width inside a format', "{{ '{:{}}'.format(1, 999999999) }}"],
    ['a long text many times in a format', "{{ ('{0}' * 1000000).format('x' * 1000000) }}"],
    [
      'a key that doubles',
      '{% set ns = namespace(t=(1,)) %}{% for i in range(64) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} }}',
    ],
    ['a list in itself, as JSON', '{% set l = [] %}{% do l.append(l) %}{{ l | tojson }}'],
    ['a list in itself, pretty-printed', '{% set l = [] %}{% do l.append(l) %}{{ l | pprint }}'],
    [
      'lists in themselves, compared',
      '{% set l = [] %}{% do l.append(l) %}{% set m = [] %}{% do m.append(m) %}{{ l == m }}',
    ],
    [
      'lists in themselves, ordered',
      '{% set l = [] %}{% do l.append(l) %}{% set m = [] %}{% do m.append(m) %}{{ l < m }}',
    ],
    [
      'a deep key',
      '{% set ns = namespace(l=()) %}{% for i in range(99999) %}{% set ns.l = (ns.l,) %}{% endfor %}{{ {ns.l: 1} }}',
    ],
    [
      'a macro that calls itself from a call block',
      '{% macro a() %}{{ caller() }}{% endmacro %}{% macro b() %}{% call a() %}{{ b() }}{% endcall %}{% endmacro %}{{ b() }}',
    ],
    [
      'a macro that calls itself behind a filter',
      "{% macro a(x) %}{{ [1] | map('string') | join ~ a(x) }}{% endmacro %}{{ a(1) }}",
    ],
    [
      'a block that doubles',
      "{% set ns = namespace(t='xxxxxxxxxx') %}{% for i in range(64) %}{% set x %}{{ ns.t }}{{ ns.t }}{% endset %}{% set ns.t = x %}{% endfor %}",
    ],
    [
      'a text that grows tenfold',
      "{% set ns = namespace(t='aaaaaaaaaa') %}{% for i in range(20) %}{% set ns.t = ns.t | replace('a', 'aaaaaaaaaa') %}{% endfor %}",
    ],
    ['a number of millions of hexadecimal digits', "{{ ('f' * 9000000) | int(0, 16) }}"],
    ['a power of a power', '{{ 9 ** 9 ** 9 }}{{ 10 ** 30000 % 7 }}{{ (10 ** 30000) ** 4 }}'],
    ['centred texts, repeated', "{{ ('x' | center(9999999)) * 1000 }}"],
    ['many lines, moved in far', "{{ ('\\n' * 1000000) | indent('x' * 1000, blank=true) }}"],
    ['a batch of many', '{{ [1] | batch(999999999, 1) | list }}'],
    ['JSON moved in far', '{{ [[[[1]]]] | tojson(indent=9999999) }}'],
    ['each character as many', "{{ ('a' * 1000000).translate({97: 'b' * 1000000}) }}"],
    ['wide tabs', "{{ ('\\t' * 1000000).expandtabs(1000000) }}"],
    ['zeros without end', "{{ 'x'.zfill(999999999) }}"],
    ['not not not …', `{{ ${'not '.repeat(100000)}1 }}`],
    ['minus minus minus …', `{{ ${'-'.repeat(100000)}1 }}`],
    ['a very long sum', `{{ ${'1 + '.repeat(100_000)}1 }}`],
    [
      'a macro of two calls in a macro of two calls in …',
      '{% macro a(n) %}{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(150) }}',
    ],
    ['a number without end', `{{ ${'9'.repeat(100_000)} }}`],
  ])('%s', { timeout: 20_000 }, async (_, text) => {
    expect((await attempt(text)).slice(0, 9)).toBe('refused: ');
  });

  test('a rendering stops at the given number of rounds, and of characters', async () => {
    const within = async (text: string, limits: object) => {
      const template = parseTemplate({ file: 'm.sql', text });
      return renderTemplate(template, caseContext(), { ...DEFAULT_LIMITS, ...limits });
    };
    await expect(async () => within('{% for i in range(4) %}{% endfor %}', { iterations: 3 })).rejects.toThrow(
      'rounds of loops',
    );
    await expect(async () => within('12345', { output: 4 })).rejects.toThrow('characters of output');
    expect((await within('{% for i in range(3) %}{{ i }}{% endfor %}', { iterations: 3, output: 3 })).text).toBe('012');
  });
});
