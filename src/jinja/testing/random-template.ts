import { type Draw, RandomExpression } from './random-expression.ts';

/** A random template over the names of `RANDOM_CONTEXT`. Some have a mistake. */
export function randomTemplate(draw: Draw): string {
  const template = new RandomTemplate(draw).write();
  return draw.once(12) ? withMistake(template, draw) : template;
}

const CHUNKS = [
  'x',
  ' ',
  '\n',
  ' a\n',
  '\n  b ',
  'select 1,\n\tid',
  '\t',
  '',
  '\r\n',
  ' % } {',
  "it's",
  '\n\n',
  '{',
  'ü€',
];
const NAMES = ['v', 'n', 's', 'l', 'k', 'w'];

class RandomTemplate {
  readonly #draw: Draw;
  #statements: number;
  #depth = 0;
  #loops = 0;
  #macros = 0;

  constructor(draw: Draw) {
    this.#draw = draw;
    this.#statements = 2 + draw.below(6);
  }

  write(): string {
    return Array.from({ length: this.#statements }, () => this.#statement()).join('');
  }

  #expression(room = 5): RandomExpression {
    return new RandomExpression(this.#draw, room);
  }

  #tag(inside: string): string {
    return `{%${this.#sign('+')}${this.#blank()}${inside}${this.#blank()}${this.#sign('+')}%}`;
  }

  #sign(plus: string): string {
    return this.#draw.pick(['', '', '', '-', '-', plus]);
  }

  #blank(): string {
    return this.#draw.pick([' ', ' ', '', '\n', '  ']);
  }

  #print(expression: string): string {
    return `{{${this.#sign('')} ${expression} ${this.#sign('')}}}`;
  }

  #body(): string {
    this.#depth++;
    const body = Array.from({ length: 1 + this.#draw.below(3) }, () => this.#statement()).join('');
    this.#depth--;
    return body;
  }

  #statement(): string {
    const simple = [
      () => this.#draw.pick(CHUNKS),
      () => this.#print(this.#expression().any()),
      () => this.#print(this.#draw.pick(NAMES)),
    ];
    if (this.#depth > 3 || this.#draw.below(3) === 0) return this.#draw.pick(simple)();
    return this.#draw.pick([
      ...simple,
      () => this.#set(),
      () => this.#if(),
      () => this.#for(),
      () => this.#for(),
      () => this.#tag(`do ${this.#expression().of('none')}`),
      () => this.#setBlock(),
      () => this.#macro(),
      () => this.#callBlock(),
      () => this.#filterBlock(),
      () => this.#with(),
      () => this.#namespace(),
      () => this.#raw(),
      () => `{#${this.#sign('')} ${this.#draw.pick(CHUNKS)} {{ x }} ${this.#sign('')}#}`,
      () => this.#leave(),
      () => this.#recursive(),
      () => this.#dbt(),
    ])();
  }

  #set(): string {
    const e = this.#expression();
    return this.#tag(
      this.#draw.pick([
        () => `set ${this.#draw.pick(NAMES)} = ${e.any()}`,
        () => `set v = ${e.any()}, ${e.any()}`,
        () => `set v, w = ${e.any()}, ${e.any()}`,
        () => `set v, w = ${e.of('tuple')}`,
        () => `set (v, (w, k)) = (${e.any()}, (${e.any()}, ${e.any()}))`,
        () => `set n = n + ${e.of('int')}`,
        () => `set s = s ~ ${e.any()}`,
      ])(),
    );
  }

  #setBlock(): string {
    const filter = this.#draw.pick(['', '', ' | upper', ' | trim | length', " | replace('a', 'b')", ' | trim']);
    return `${this.#tag(`set ${this.#draw.pick(NAMES)}${filter}`)}${this.#body()}${this.#tag('endset')}`;
  }

  #if(): string {
    const e = this.#expression(3);
    const branches = this.#draw.pick([
      () => '',
      () => `${this.#tag('else')}${this.#body()}`,
      () => `${this.#tag(`elif ${e.of('bool')}`)}${this.#body()}`,
      () => `${this.#tag(`elif ${e.any()}`)}${this.#body()}${this.#tag('else')}${this.#body()}`,
    ]);
    const colon = this.#draw.once(12) ? ':' : '';
    return `${this.#tag(`if ${e.of(this.#draw.pick(['bool', 'text', 'list', 'int']))}${colon}`)}${this.#body()}${branches()}${this.#tag('endif')}`;
  }

  #for(): string {
    const e = this.#expression(3);
    const head = this.#draw.pick([
      () => `i in ${e.of('list')}`,
      () => `i in ${e.of(this.#draw.pick(['text', 'dict', 'tuple', 'undefined', 'rows']))}`,
      () => `k, v in ${e.part('dict')}.items()`,
      () => `k, v in ${e.part('dict')} | dictsort`,
      () => `i in ${e.of('list')} if i${this.#draw.pick(['', ' is defined', ' != 1', ' is string', ' > 1'])}`,
      () => `(k, (v, w)) in [(1, (2, 3)), ('a', 'bc')]`,
      () => `row in rows if row.ok`,
      () => `i, l in rows | groupby('n')`,
      () => `i in rows | batch(2)`,
      () =>
        `i in ${e.part('list')} | ${this.#draw.pick(['reverse', 'unique', "map('string')", "select('odd')", 'sort'])}`,
    ])();
    this.#loops++;
    const uses = this.#draw.below(2) === 0 ? '' : this.#print(this.#loopValue());
    const body = `${this.#print(this.#draw.pick(['i', 'k', 'v', 'loop.index', 'l']))}${uses}${this.#body()}`;
    this.#loops--;
    const otherwise = this.#draw.once(4) ? `${this.#tag('else')}${this.#body()}` : '';
    return `${this.#tag(`for ${head}`)}${body}${otherwise}${this.#tag('endfor')}`;
  }

  #loopValue(): string {
    return this.#draw.pick([
      'loop.index',
      'loop.first',
      'loop.last',
      'loop.length',
      'loop.revindex0',
      'loop.previtem',
      'loop.nextitem',
      "loop.cycle('a', 'b')",
      'loop.changed(i)',
      'loop.depth',
      "',' if not loop.last",
      'loop.nope',
      'loop.index0 % 2',
      'loop',
      'loop | length',
    ]);
  }

  #recursive(): string {
    const tree = "[{'n': 1, 'c': [{'n': 2, 'c': [{'n': 3}]}, {'n': 4}]}, {'n': 5, 'c': []}]";
    return this.#draw.pick([
      () =>
        `${this.#tag(`for node in ${tree} recursive`)}${this.#print('node.n')}${this.#draw.pick(['', '{{ loop.depth }}', '{{ loop.index }}'])}${this.#tag('if node.c')}[${this.#print('loop(node.c)')}]${this.#tag('endif')}${this.#tag('endfor')}`,
      () =>
        `${this.#tag('for i in [[1, [2]], [3]] recursive')}${this.#tag('if i is iterable')}<${this.#print('loop(i)')}>${this.#tag('else')}${this.#print('i')}${this.#body()}${this.#tag('endif')}${this.#tag('endfor')}`,
    ])();
  }

  #macro(): string {
    const name = `m${++this.#macros}`;
    const e = this.#expression(2);
    const parameters = this.#draw.pick([
      () => '',
      () => 'a',
      () => `a, b=${e.any()}`,
      () => `a=${e.any()}, b=a`,
      () => `s, n=${e.of('int')}, k=none`,
    ])();
    const uses = this.#draw.pick([
      '',
      '{{ a }}',
      '{{ a }}{{ b }}',
      '{{ varargs }}',
      '{{ kwargs }}',
      '{{ varargs | length }}{{ kwargs | dictsort }}',
      '{{ caller is defined }}',
      "{{ caller() if caller else 'none' }}",
      '{{ s }}{{ n }}',
      '{{ kwargs.x }}{{ a is defined }}',
    ]);
    const loops = this.#loops;
    this.#loops = 0;
    const definition = `${this.#tag(`macro ${name}(${parameters})`)}${uses}${this.#body()}${this.#tag('endmacro')}`;
    this.#loops = loops;
    const calls = Array.from({ length: 1 + this.#draw.below(2) }, () =>
      this.#print(
        this.#draw.pick([
          () => this.#call(name),
          () => `${this.#call(name)}${this.#draw.pick([' | trim', ' | upper', ' ~ 1', '.strip()'])}`,
          () => `${name}.${this.#draw.pick(['name', 'arguments', 'catch_varargs', 'catch_kwargs', 'caller', 'nope'])}`,
          () => `[1, 'b'] | map('string') | join ~ ${this.#call(name)}`,
        ])(),
      ),
    );
    return definition + calls.join('');
  }

  #call(name: string): string {
    const e = this.#expression(2);
    return `${name}(${this.#draw.pick([
      () => '',
      () => e.any(),
      () => `${e.any()}, ${e.any()}`,
      () => `a=${e.any()}`,
      () => `${e.any()}, b=${e.any()}`,
      () => `${e.any()}, x=${e.any()}, ${e.any()}`,
      () => `*${e.of('list')}`,
      () => `**${e.of('dict')}`,
      () => `${e.any()}, *[1, 2], **{'x': 3}`,
      () => `1, 2, 3, 4, 5`,
    ])()})`;
  }

  #callBlock(): string {
    const name = `c${++this.#macros}`;
    const e = this.#expression(2);
    const calling = this.#draw.pick(['caller()', 'caller(1, 2)', 'caller(a)', "caller(b='x')", "'no'"]);
    const taking = this.#draw.pick(['', '()', '(a)', '(a, b=2)', '(b)', `(a=${e.any()})`]);
    const definition = `${this.#tag(`macro ${name}(a=1)`)}<${this.#print(calling)}>${this.#draw.once(3) ? this.#body() : ''}${this.#tag('endmacro')}`;
    const uses = this.#draw.pick(['', '{{ a }}', '{{ b }}', '{{ n }}', '{{ loop.index }}', '{{ varargs }}']);
    return `${definition}${this.#tag(`call${taking} ${name}(${this.#draw.pick(['', e.any(), 'a=2'])})`)}${uses}${this.#body()}${this.#tag('endcall')}`;
  }

  #filterBlock(): string {
    const filter = this.#draw.pick([
      'upper',
      'trim',
      'indent(2)',
      "replace('a', 'bb')",
      'upper | trim',
      'title',
      'center(20)',
      'nope',
    ]);
    return `${this.#tag(`filter ${filter}`)}${this.#body()}${this.#tag('endfilter')}`;
  }

  #with(): string {
    const e = this.#expression(3);
    const names = this.#draw.pick([
      () => '',
      () => `v = ${e.any()}`,
      () => `v = ${e.any()}, w = v`,
      () => `n = n + 1, s = n`,
      () => `v, w = ${e.of('tuple')}`,
    ])();
    return `${this.#tag(`with ${names}`)}${this.#body()}${this.#tag('endwith')}`;
  }

  #namespace(): string {
    const e = this.#expression(3);
    const declare = this.#tag(
      `set ns${this.#draw.pick(['p', 'q'])} = namespace(${this.#draw.pick(['', 'a=1', "a='x', b=[]", 'd', '[("z", 1)]'])})`,
    );
    const use = this.#tag(`set nsp.${this.#draw.pick(['a', 'b', 'c'])} = ${e.any()}`);
    const inLoop = `${this.#tag('for i in [1, 2]')}${use}${this.#body()}${this.#tag('endfor')}`;
    return `${declare}${this.#draw.pick([use, inLoop])}${this.#print(this.#draw.pick(['nsp.a', 'nsp.b', 'nsp.nope', 'nsp.a ~ nsp.c', 'nsp', 'nsq.a', "nsp['a']"]))}`;
  }

  #raw(): string {
    return `${this.#tag('raw')}${this.#draw.pick(['{{ x }}', '{% if %}', ' a ', '\n{# x #}\n', '', '{%'])}${this.#tag('endraw')}`;
  }

  /** A `break` or `continue`. Outside a loop, where it is a mistake, it is rare. */
  #leave(): string {
    if (this.#loops === 0 && !this.#draw.once(8)) return this.#draw.pick(CHUNKS);
    const leave = this.#tag(this.#draw.pick(['break', 'continue']));
    return this.#draw.pick([
      leave,
      `${this.#tag(`if ${this.#draw.pick(['loop.index > 1', 'i == 2', 'loop.last'])}`)}${leave}${this.#tag('endif')}`,
    ]);
  }

  /** A statement that dbt projects often contain. */
  #dbt(): string {
    return this.#draw.pick([
      "{%- for c in ss %}\n  {{ c | lower }}{{ ',' if not loop.last }}\n{%- endfor %}\n",
      '{% set q %}\nselect {{ n }}\n{% endset %}{{ q | trim }}',
      "{%- set cols = [] -%}{%- for r in rows -%}{%- do cols.append(r.name ~ '_x') -%}{%- endfor -%}{{ cols | join(', ') }}",
      "{{ '\"' ~ s ~ '\"' }}",
      '{% if not loop %}a{% endif %}',
      "{{ d.items() | map('last') | list }}",
      '{% for k, v in d.items() if v is not mapping %}{{ k }}={{ v }};{% endfor %}',
      '{% print n %}{% print s, n %}',
      "{{ rows | map(attribute='name') | map('upper') | join(' | ') }}",
      "{{ dict(rows | groupby('n') | map('first') | zip) }}",
      "{{ (rows | groupby('ok'))[0].grouper }}{{ (rows | groupby('ok'))[0].list | length }}",
      "{% set _ = d.update({'z': 1}) %}{{ d.z }}",
      '{{ [1, 2, 3][1:] + ([4] if yes else []) }}',
      "{{ 'a' if no else 'b' if no else 'c' }}",
      '{{ 1 if yes }}{{ 1 if no }}',
      '{{- s -}}',
      '{% block b %}{{ n }}{{ v }}{% endblock %}',
      '{{ range(3) }}{{ range(1, 10, 4) | list }}',
      '{% set j = joiner() %}{% for i in ns %}{{ j() }}{{ i }}{% endfor %}',
      '{{ cycler is callable }}{{ lipsum2 is defined }}',
    ]);
  }
}

/** The template with one part removed, doubled or replaced by another. */
function withMistake(template: string, draw: Draw): string {
  const parts = template.match(/\{[{%#][-+]?|[-+]?[%}#]\}|\w+|\s+|./gsu) ?? [];
  const at = (draw.below(256) * 256 + draw.below(256)) % Math.max(1, parts.length);
  const other = draw.pick([
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    ':',
    '|',
    '=',
    '==',
    '~',
    '*',
    '**',
    '-',
    'is',
    'in',
    'not',
    'if',
    'else',
    'and',
    '1',
    'x',
    "'",
    '"',
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    'endif',
    'endfor',
    'for',
    'recursive',
    '@',
    '!',
    '$',
    '\\',
    ';',
    '%',
    '<',
    '0.',
    '.5',
    '1__0',
    '1e',
    '\u00b2',
    'loop',
    'none',
    'true',
    'set',
    '\n',
  ]);
  const changed = draw.pick([
    () => parts.toSpliced(at, 1),
    () => parts.toSpliced(at, 0, other),
    () => parts.toSpliced(at, 1, other),
    () => parts.toSpliced(at, 0, parts[at] ?? ''),
  ]);
  return changed().join('');
}
