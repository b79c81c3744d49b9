/** The source of random choices. When it is used up, each choice is the first one. */
export interface Draw {
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number;
  pick<T>(choices: readonly T[]): T;
  /** True once in `inTimes` times. */
  once(inTimes: number): boolean;
}

/** The kind of a value: the generator combines kinds so that most expressions are valid. */
type Kind = 'int' | 'float' | 'bool' | 'text' | 'list' | 'dict' | 'tuple' | 'rows' | 'none' | 'undefined';

const KINDS: readonly Kind[] = ['int', 'text', 'list', 'dict', 'bool', 'float', 'tuple', 'rows', 'none', 'undefined'];

const NAMES: { readonly [kind in Kind]: readonly string[] } = {
  int: ['n', 'm', 'big', 'i'],
  float: ['x', 'y'],
  bool: ['yes', 'no'],
  text: ['s', 't', 'w', 'html', 'k'],
  list: ['ns', 'ss', 'mixed', 'empty', 'l'],
  dict: ['d', 'e'],
  tuple: ['tp'],
  rows: ['rows'],
  none: ['nil'],
  undefined: ['missing', 'd.missing', 'ns[9]', "''.missing"],
};

const TEXTS = [
  "'a'",
  "'B c'",
  "''",
  '"it\'s"',
  "'x,y,,z'",
  "'12'",
  "' 3.5 '",
  "'-7'",
  "'a\\nb'",
  "'\\d+\\\\'",
  "'tab\\there'",
  "'%s and %s'",
  "'%05.1f|%-4d|%x'",
  "'{} {}'",
  "'{0!r:>6}|{a}'",
  "'ß ŉ ǆ İ'",
  "'\u{1f600}x'",
  '\'<a href="x">T</a>\'',
  '\'select "a"\'',
  "'foo-bar_baz qux'",
  "'1e3'",
  "'0x1f'",
  "'e\u0301'",
  "'one two three four five six seven eight'",
];

const INTEGERS = ['1', '0', '2', '5', '-1', '10', '100', '1_000', '0x1F', '0b101', '0o17', '255', '9007199254740993'];
const FLOATS = ['1.0', '0.5', '-2.5', '1e3', '1.25e-7', '3.14159', '1_0.5', '100000000000000000.0', '2.675', '0.1'];

/** Writes random expressions of Jinja, most of them valid. */
export class RandomExpression {
  readonly #draw: Draw;
  #room: number;

  /** `room` limits the size of an expression. */
  constructor(draw: Draw, room: number) {
    this.#draw = draw;
    this.#room = room;
  }

  any(): string {
    return this.of(this.#draw.pick(KINDS.slice(0, 8)));
  }

  /** An expression of the kind, sometimes of another one. */
  of(kind: Kind): string {
    const wanted = this.#draw.once(120) ? this.#draw.pick(KINDS) : kind;
    if (this.#room-- <= 0 || this.#draw.below(4) === 0) return this.#simple(wanted);
    return this.#composed(wanted);
  }

  #simple(kind: Kind): string {
    const { pick } = this;
    switch (kind) {
      case 'int':
        return pick([...INTEGERS, ...NAMES.int]);
      case 'float':
        return pick([...FLOATS, ...NAMES.float]);
      case 'bool':
        return pick(['true', 'false', 'True', ...NAMES.bool]);
      case 'text':
        return pick([...TEXTS, ...NAMES.text]);
      case 'list':
        return pick([
          '[]',
          '[1, 2, 3]',
          "['a', 'b']",
          'range(4)',
          'range(5, 0, -2)',
          '[[1, 2], [3, 4]]',
          ...NAMES.list,
        ]);
      case 'dict':
        return pick(['{}', "{'a': 1, 'b': 2}", 'dict(a=1, b=2)', '{1: 2, 1.0: 3, true: 4}', ...NAMES.dict]);
      case 'tuple':
        return pick(['()', '(1,)', "('a', 1)", '(3, 1, 2)', ...NAMES.tuple]);
      case 'none':
        return pick(['none', 'None', ...NAMES.none]);
      case 'rows':
      case 'undefined':
        return pick(NAMES[kind]);
      default:
        return kind satisfies never;
    }
  }

  #composed(kind: Kind): string {
    switch (kind) {
      case 'int':
        return this.pick(INT)(this);
      case 'float':
        return this.pick(FLOAT)(this);
      case 'bool':
        return this.pick(BOOL)(this);
      case 'text':
        return this.pick(TEXT)(this);
      case 'list':
        return this.pick(LIST)(this);
      case 'dict':
        return this.pick(DICT)(this);
      case 'tuple':
        return this.pick(TUPLE)(this);
      case 'rows':
        return this.pick(ROWS)(this);
      case 'none':
        return this.pick(NONE)(this);
      case 'undefined':
        return this.#simple(kind);
      default:
        return kind satisfies never;
    }
  }

  readonly pick = <T>(choices: readonly T[]): T => this.#draw.pick(choices);

  /** An operand: mostly in brackets. A few are not, to test the precedence of operators. */
  part(kind: Kind): string {
    const text = this.of(kind);
    return /^[\w.]+$/.test(text) || this.#draw.once(10) ? text : `(${text})`;
  }

  maybe(text: () => string): string {
    return this.#draw.below(2) === 0 ? '' : text();
  }

  small(): string {
    return this.pick(['1', '0', '2', '3', '-1', '-2', '5', '7', 'n', 'none']);
  }

  count(): string {
    return this.pick(['2', '1', '3', '0', '5', '8', '12', 'n']);
  }

  some(kind: Kind, separator = ', '): string {
    return Array.from({ length: this.#draw.below(4) }, () => this.of(kind)).join(separator);
  }
}

type Form = (e: RandomExpression) => string;

const ANY: Form = (e) => e.any();
const either =
  (kind: Kind): Form =>
  (e) =>
    `${e.part(kind)} if ${e.part('bool')} else ${e.part(kind)}`;
const flag: Form = (e) => e.pick(['true', 'false']);
const key: Form = (e) => e.pick(["'name'", "'n'", "'ok'", "'tags'", "'tags.0'", "'nope'", "'name.0'"]);
const options = (e: RandomExpression, ...all: readonly string[]): string =>
  all.filter(() => e.maybe(() => 'x') !== '').join(', ');
const callOf = (e: RandomExpression, name: string, ...all: readonly string[]): string => {
  const args = options(e, ...all);
  return args === '' && e.maybe(() => 'x') === '' ? name : `${name}(${args})`;
};

const INT: readonly Form[] = [
  (e) => `${e.part('int')} ${e.pick(['+', '-', '*', '//', '%'])} ${e.part('int')}`,
  (e) => `${e.part('text')} | length`,
  (e) => `${e.part(e.pick(['list', 'dict', 'tuple', 'rows']))} | ${e.pick(['length', 'count'])}`,
  (e) => `-${e.part('int')}`,
  (e) => `+${e.part('int')}`,
  (e) => `(${e.part('int')} | abs) ** ${e.pick(['2', '0', '3', '-1'])}`,
  (e) =>
    `${e.pick([() => e.part('text'), () => e.part('float'), () => e.part('int'), () => e.part('bool')])()} | ${callOf(e, 'int', `default=${e.small()}`, 'base=16')}`,
  (e) => `${e.part('int')} | ${callOf(e, 'round', `precision=${e.small()}`)}`,
  (e) => `${e.part('int')} | abs`,
  (e) =>
    `${e.pick(['ns', '[4, 1]', 'range(4)', '(3, 1)'])} | ${e.pick(['sum', 'min', 'max', 'first', 'last', 'sum(start=10)'])}`,
  (e) => `rows | sum(attribute=${e.pick(["'n'", "'ok'", "'name'"])})`,
  (e) => `${e.part('list')}[${e.part('int')}]`,
  (e) =>
    `${e.part('text')}.${e.pick(['find', 'index', 'count', 'rfind', 'rindex'])}(${e.of('text')}${e.maybe(() => `, ${e.small()}${e.maybe(() => `, ${e.small()}`)}`)})`,
  (e) => `${e.part('list')}.${e.pick(['count', 'index'])}(${e.any()})`,
  (e) => `${e.part('tuple')}.${e.pick(['count', 'index'])}(${e.any()})`,
  (e) => `d.get(${e.of('text')}, ${e.of('int')})`,
  (e) => `${e.part('text')} | wordcount`,
  either('int'),
  (e) => `${e.part('int')} and ${e.part('int')}`,
  (e) => `${e.part('int')} or ${e.part('int')}`,
  (e) => `${e.part('int')} | default(${e.of('int')}${e.maybe(() => ', true')})`,
  (e) => `loop.${e.pick(['index', 'index0', 'revindex', 'revindex0', 'length', 'depth', 'depth0'])}`,
  (e) => `(${e.any()}).${e.pick(['real', 'imag', 'bit_length()', 'numerator', 'denominator'])}`,
];

const FLOAT: readonly Form[] = [
  (e) => `${e.part('float')} ${e.pick(['+', '-', '*', '/', '//', '%'])} ${e.part(e.pick(['float', 'int', 'bool']))}`,
  (e) => `${e.part('int')} / ${e.part('int')}`,
  (e) =>
    `${e.part('float')} | round(${e.pick(['', '1', '2', '-1', "0, 'floor'", "1, 'ceil'", "method='floor'", 'none'])})`,
  (e) => `${e.part(e.pick(['text', 'int', 'bool']))} | ${callOf(e, 'float', `default=${e.any()}`)}`,
  (e) => `${e.part('float')} | abs`,
  (e) => `-${e.part('float')}`,
  (e) => `(${e.part('float')} | abs) ** ${e.pick(['2', '-1', '3'])}`,
  either('float'),
  () => 'tp.2',
  (e) => `[${e.some('float')}] | sum`,
  (e) => `(${e.of('float')}).is_integer()`,
];

const COMPARE = ['==', '!=', '<', '<=', '>', '>='] as const;
const TESTS = [
  'defined',
  'undefined',
  'none',
  'string',
  'number',
  'integer',
  'float',
  'boolean',
  'mapping',
  'sequence',
  'iterable',
  'callable',
  'true',
  'false',
  'lower',
  'upper',
  'odd',
  'even',
  'escaped',
  'filter',
  'test',
] as const;

const BOOL: readonly Form[] = [
  (e) => `${e.part('int')} ${e.pick(COMPARE)} ${e.part(e.pick(['int', 'float', 'bool']))}`,
  (e) => `${e.part('text')} ${e.pick(COMPARE)} ${e.part('text')}`,
  (e) => `${e.part('list')} ${e.pick(COMPARE)} ${e.part('list')}`,
  (e) => `${e.part('tuple')} ${e.pick(COMPARE)} ${e.part('tuple')}`,
  (e) => `${e.any()} ${e.pick(['==', '!='])} ${e.any()}`,
  (e) => `${e.part('int')} ${e.pick(COMPARE)} ${e.part('int')} ${e.pick(COMPARE)} ${e.part('int')}`,
  (e) => `${e.part('text')} ${e.pick(['in', 'not in'])} ${e.part(e.pick(['text', 'list', 'dict']))}`,
  (e) => `${e.any()} ${e.pick(['in', 'not in'])} ${e.part(e.pick(['list', 'tuple', 'dict']))}`,
  (e) => `not ${e.part(e.pick(['bool', 'text', 'list', 'int']))}`,
  (e) => `${e.part('bool')} ${e.pick(['and', 'or'])} ${e.part('bool')}`,
  (e) =>
    `${e.part(e.pick(['text', 'int', 'list', 'dict', 'float', 'bool', 'tuple', 'none', 'undefined']))} is ${e.maybe(() => 'not ')}${e.pick(TESTS)}`,
  (e) => `${e.any()} is ${e.maybe(() => 'not ')}${e.pick(['eq', 'ne', 'sameas', 'equalto', '=='])} ${e.part('int')}`,
  (e) =>
    `${e.part('int')} is ${e.pick(['lt', 'le', 'gt', 'ge', 'divisibleby', 'lessthan', 'greaterthan'])}(${e.of('int')})`,
  (e) => `${e.part('int')} is divisibleby ${e.pick(['2', '3', 'n'])}`,
  (e) => `${e.any()} is in ${e.part('list')}`,
  (e) =>
    `${e.part('text')}.${e.pick(['startswith', 'endswith'])}(${e.pick([() => e.of('text'), () => "('a', 'H')"])()}${e.maybe(() => `, ${e.small()}`)})`,
  (e) =>
    `${e.part('text')}.${e.pick(['isalpha', 'isdigit', 'isalnum', 'isspace', 'isupper', 'islower', 'istitle', 'isnumeric', 'isdecimal', 'isidentifier', 'isprintable', 'isascii'])}()`,
  either('bool'),
  (e) => `loop.${e.pick(['first', 'last', 'changed(i)', 'previtem is defined', 'nextitem is defined'])}`,
];

const TEXT: readonly Form[] = [
  (e) => `${e.part('text')} ~ ${e.part('text')}`,
  (e) => `${e.any()} ~ ${e.any()}`,
  (e) => `${e.part('text')} + ${e.part('text')}`,
  (e) => `${e.part('text')} * ${e.pick(['2', '0', '3', '-1'])}`,
  (e) => `${e.part('text')}[${e.small()}]`,
  (e) =>
    `${e.pick([...TEXTS, ...NAMES.text])}[${e.maybe(() => e.small())}:${e.maybe(() => e.small())}${e.maybe(() => `:${e.small()}`)}]`,
  (e) => `${e.part('text')}.${e.pick(['upper', 'lower', 'title', 'capitalize', 'swapcase', 'casefold'])}()`,
  (e) =>
    `${e.part('text')}.${e.pick(['strip', 'lstrip', 'rstrip'])}(${e.maybe(() => e.pick(["' '", "'ab'", "'Hd'", 'none']))})`,
  (e) => `${e.part('text')}.replace(${e.of('text')}, ${e.of('text')}${e.maybe(() => `, ${e.small()}`)})`,
  (e) => `${e.part('text')}.join(${e.pick([() => e.of('list'), () => e.of('text'), () => 'ss'])()})`,
  (e) =>
    `${e.part('text')}.${e.pick(['center', 'ljust', 'rjust'])}(${e.count()}${e.maybe(() => `, ${e.pick(["'*'", "'é'", "'ab'"])}`)})`,
  (e) => `${e.part('text')}.zfill(${e.count()})`,
  (e) => `${e.part('text')}.expandtabs(${e.maybe(() => e.count())})`,
  (e) => `${e.part('text')}.${e.pick(['removeprefix', 'removesuffix'])}(${e.of('text')})`,
  (e) =>
    `'${e.pick(['%s', '%r', '%5s', '%-5s|', '%.2s', '%a', '%%%s'])}' % ${e.part(e.pick(['text', 'int', 'float', 'none', 'bool']))}`,
  (e) =>
    `'${e.pick(['%d', '%5d', '%05d', '%+d', '%x', '%#x', '%o', '%X', '% d', '%i', '%c', '%-6d|'])}' % ${e.part(e.pick(['int', 'float', 'bool']))}`,
  (e) =>
    `'${e.pick(['%f', '%.2f', '%8.3f', '%e', '%.1e', '%g', '%G', '%.3g', '%#.3g', '%+.1f', '%010.2f'])}' % ${e.part(e.pick(['float', 'int']))}`,
  (e) => `'%s-%s' % (${e.any()}, ${e.any()})`,
  (e) => `'%(a)s %(b)r' % ${e.part('dict')}`,
  (e) => `'${e.pick(['{}', '{:>8}', '{:<6}|', '{:^7}', '{:*^9}', '{!r}', '{!s:>4}'])}'.format(${e.of('text')})`,
  (e) =>
    `'${e.pick(['{}', '{:d}', '{:,}', '{:05d}', '{:+}', '{:x}', '{:#b}', '{:_}', '{:>6}', '{:.2f}', '{:e}', '{:%}', '{:c}', '{:g}'])}'.format(${e.of('int')})`,
  (e) =>
    `'${e.pick(['{}', '{:.2f}', '{:8.3f}', '{:,.1f}', '{:e}', '{:g}', '{:.0f}', '{:%}', '{:+.2}', '{:08.2f}', '{:d}'])}'.format(${e.of('float')})`,
  (e) =>
    `'${e.pick(['{0} {1} {0}', '{} {}', '{a} {b}', '{0[0]}', '{a[0]}', '{0.real}', '{:>{}}', '{{}}', '{'])}'.format(${e.any()}, ${e.any()}, a=${e.any()}, b=${e.any()})`,
  (e) =>
    `${e.part(e.pick(['text', 'int', 'list', 'none']))} | ${e.pick(['upper', 'lower', 'title', 'capitalize', 'trim', 'string', 'escape ~ ""', 'e ~ ""', 'forceescape ~ ""', 'striptags ~ ""', 'urlencode', 'wordcount', 'pprint'])}`,
  (e) => `${e.part('text')} | trim(${e.maybe(() => e.of('text'))})`,
  (e) => `${e.part('text')} | replace(${e.of('text')}, ${e.of('text')}${e.maybe(() => `, ${e.small()}`)})`,
  (e) => `${e.part(e.pick(['list', 'tuple', 'text', 'dict', 'rows']))} | join(${e.maybe(() => e.of('text'))})`,
  (e) => `rows | join(${e.of('text')}, attribute=${key(e)})`,
  (e) => `${e.part('text')} | center(${e.count()})`,
  (e) =>
    `${e.part('text')} | ${callOf(e, 'indent', `width=${e.pick(['2', "'> '", '0'])}`, `first=${flag(e)}`, `blank=${flag(e)}`)}`,
  (e) =>
    `${e.part('text')} | ${callOf(e, 'truncate', `length=${e.count()}`, `killwords=${flag(e)}`, `end=${e.pick(["'…'", "''", "'...'"])}`, `leeway=${e.pick(['0', '2', 'none'])}`)}`,
  (e) =>
    `${e.part('text')} | ${callOf(e, 'wordwrap', `width=${e.count()}`, `break_long_words=${flag(e)}`, `wrapstring=${e.pick(["'|'", 'none'])}`, `break_on_hyphens=${flag(e)}`)}`,
  (e) => `${e.part('text')} | format(${e.some('text')})`,
  (e) =>
    `${e.part(e.pick(['dict', 'list', 'text', 'float', 'none', 'rows', 'tuple']))} | tojson${e.maybe(() => `(indent=${e.pick(['2', '0', 'none'])})`)} ~ ''`,
  (e) => `${e.part(e.pick(['int', 'float', 'text']))} | filesizeformat${e.maybe(() => '(true)')}`,
  (e) => `${e.part('dict')} | xmlattr${e.maybe(() => '(false)')} ~ ''`,
  (e) => `${e.part('list')} | string`,
  (e) => `${e.part(e.pick(['dict', 'list', 'tuple', 'rows']))} | pprint`,
  either('text'),
  (e) => `${e.part('text')} if ${e.part('bool')}`,
  (e) =>
    `${e.part(e.pick(['text', 'none', 'undefined']))} | ${e.pick(['default', 'd'])}(${e.maybe(() => e.of('text'))}${e.maybe(() => '')})`,
  (e) => `${e.part('text')} ${e.pick(['and', 'or'])} ${e.part('text')}`,
  (e) => `${e.part(e.pick(['list', 'text', 'tuple', 'dict']))} | ${e.pick(['first', 'last', 'min', 'max'])}`,
  (e) => `rows[${e.pick(['0', '1', '-1', '9'])}]${e.pick(['.name', "['name']", '.n', '.nope', '.tags[0]'])}`,
  (e) => `e.x${e.pick(['.y', "['y']", '.z', '.y.upper()'])}`,
  (e) => `d${e.pick(['.a', ".get('b')", "['c']", '.zz', "['zz']", '.b'])}`,
  (e) => `cycler(${e.of('text')}, ${e.of('text')}).${e.pick(['next()', 'current', 'reset()'])}`,
  (e) => `'a' 'b' ${e.pick(TEXTS)}`,
  (e) => `${e.part('text')} | attr(${e.pick(["'nope'", "'_x'"])})`,
  (e) => `loop.cycle(${e.of('text')}, ${e.of('text')})`,
  (e) => `${e.part('text')}.translate({97: 'X', 98: none, 99: 100})`,
];

const LIST: readonly Form[] = [
  (e) => `[${e.some(e.pick(['int', 'text', 'float', 'bool', 'list', 'dict']))}]`,
  (e) => `[${ANY(e)}, ${ANY(e)}]`,
  (e) => `${e.part('list')} + ${e.part('list')}`,
  (e) => `${e.part('list')} * ${e.pick(['2', '0', '-1'])}`,
  (e) =>
    `${e.pick(NAMES.list)}[${e.maybe(() => e.small())}:${e.maybe(() => e.small())}${e.maybe(() => `:${e.small()}`)}]`,
  (e) => `range(${e.pick(['3', '0', '1, 5', '5, 1, -2', '0, 10, 3', '-3', '0, 5, 0'])})`,
  (e) =>
    `${e.part('text')}.split(${e.maybe(() => `${e.pick(["','", "' '", 'none', "'l'", "''"])}${e.maybe(() => `, ${e.pick(['1', '0', '-1', '2'])}`)}`)})`,
  (e) =>
    `${e.part('text')}.rsplit(${e.maybe(() => `${e.pick(["','", "' '", 'none', "'l'"])}${e.maybe(() => `, ${e.pick(['1', '0', '-1', '2'])}`)}`)})`,
  (e) => `${e.part('text')}.splitlines(${e.maybe(() => 'true')})`,
  (e) => `${e.part(e.pick(['list', 'text', 'dict', 'tuple', 'rows', 'undefined']))} | list`,
  (e) => `${e.part('dict')}.${e.pick(['keys', 'values', 'items'])}()`,
  (e) => `${e.part('dict')}.${e.pick(['keys', 'values', 'items'])}() | list`,
  (e) => `${e.part('dict')} | items | list`,
  (e) =>
    `${e.part('dict')} | ${callOf(e, 'dictsort', `case_sensitive=${flag(e)}`, `by=${e.pick(["'key'", "'value'"])}`, `reverse=${flag(e)}`)}`,
  (e) => `${e.part('list')} | ${callOf(e, 'sort', `reverse=${flag(e)}`, `case_sensitive=${flag(e)}`)}`,
  (e) => `rows | sort(attribute=${e.pick(["'n'", "'name'", "'n,name'", "'nope'"])}${e.maybe(() => ', reverse=true')})`,
  (e) => `${e.part(e.pick(['list', 'text', 'tuple']))} | ${callOf(e, 'unique', `case_sensitive=${flag(e)}`)} | list`,
  (e) => `rows | unique(attribute=${key(e)}) | list`,
  (e) => `${e.part(e.pick(['list', 'text', 'tuple']))} | reverse | list`,
  (e) =>
    `${e.part('list')} | ${e.pick(['batch', 'slice'])}(${e.pick(['2', '3', '1', '0'])}${e.maybe(() => `, ${e.any()}`)}) | list`,
  (e) =>
    `${e.part('list')} | map(${e.pick(["'upper'", "'string'", "'int'", "'length'", "'default', 'z'", "'replace', 'a', 'b'", "'float', default=1", "'abs'", "'list'"])}) | list`,
  (e) => `rows | map(attribute=${key(e)}${e.maybe(() => `, default=${e.any()}`)}) | list`,
  (e) =>
    `${e.part('list')} | ${e.pick(['select', 'reject'])}(${e.pick(["'string'", "'defined'", "'odd'", '', "'in', [1, 'a']", "'eq', 1", "'gt', 1", "'none'", "'number'"])}) | list`,
  (e) =>
    `rows | ${e.pick(['selectattr', 'rejectattr'])}(${key(e)}${e.pick(['', ", 'eq', 2", ", 'defined'", ", 'in', 'ann'", ", 'gt', 1", ", 'none'"])}) | list`,
  (e) => `rows | groupby(${key(e)}${e.maybe(() => `, default=${e.any()}`)})`,
  (e) => `${e.part('dict')} | list`,
  either('list'),
  (e) => `${e.part('list')} or ${e.part('list')}`,
  (e) => `${e.part('list')}.copy()`,
  (e) => `[${e.any()}, ${e.any()},]`,
  (e) => `e[${e.pick(['1', '(1, 2)', 'none', "'x'", '1.0', 'true', '[]'])}]`,
];

const DICT: readonly Form[] = [
  (e) => `{'a': ${e.any()}, ${e.of('text')}: ${e.any()}}`,
  (e) => `{${e.of('int')}: ${e.any()}, ${e.part('tuple')}: ${e.any()},}`,
  (e) => `dict(${e.pick(['d', "[('a', 1), ('b', 2)]", '', 'd, z=1', "[['k', 'v']]", "['ab', 'cd']"])})`,
  (e) => `dict(a=${e.any()}, b=${e.any()})`,
  (e) => `{}.fromkeys(${e.of('list')}${e.maybe(() => `, ${e.any()}`)})`,
  (e) => `${e.part('dict')}.copy()`,
  (e) => `dict(${e.part('dict')}.items())`,
  (e) => `rows[${e.pick(['0', '1', '-1'])}]`,
  (e) => `rows | ${e.pick(['first', 'last', "min(attribute='n')", "max(attribute='name')"])}`,
  either('dict'),
  (e) => `dict(${e.part('dict')} | dictsort)`,
];

const TUPLE: readonly Form[] = [
  (e) => `(${e.any()}, ${e.any()})`,
  (e) => `(${e.any()},)`,
  (e) => `${e.part('tuple')} + ${e.part('tuple')}`,
  (e) => `${e.part('tuple')} * 2`,
  (e) => `(${e.any()}, 1, 'x')[${e.maybe(() => e.small())}:${e.maybe(() => e.small())}]`,
  (e) => `${e.part('text')}.${e.pick(['partition', 'rpartition'])}(${e.pick(["' '", "','", "'o'", "''"])})`,
  (e) => `(${e.part('dict')} | items | list | first)`,
  either('tuple'),
];

const ROWS: readonly Form[] = [
  () => 'rows',
  (e) => `rows | sort(attribute=${e.pick(["'n'", "'name'", "'ok,name'"])})`,
  (e) => `rows | selectattr(${e.pick(["'ok'", "'n', 'gt', 1"])}) | list`,
  (e) => `rows[${e.maybe(() => e.small())}:]`,
  () => 'rows + [{}]',
  () => 'rows | reverse | list',
];

const NONE: readonly Form[] = [
  (e) => `ns.append(${e.any()})`,
  (e) => `ns.insert(${e.small()}, ${e.any()})`,
  (e) => `ns.extend(${e.of('list')})`,
  (e) => `${e.pick(['ns', 'ss', 'mixed', 'empty'])}.${e.pick(['sort', 'reverse', 'clear'])}()`,
  (e) => `ss.sort(reverse=${flag(e)})`,
  (e) => `${e.pick(['ns', 'ss', 'mixed'])}.remove(${e.pick(['1', "'a'", 'none', '9'])})`,
  (e) => `${e.pick(['ns', 'ss', 'empty'])}.pop(${e.maybe(() => e.small())})`,
  (e) => `d.update(${e.pick([() => e.of('dict'), () => `k=${e.any()}`, () => "[('p', 1)]"])()})`,
  (e) => `d.setdefault(${e.of('text')}, ${e.any()})`,
  (e) => `d.pop(${e.of('text')}${e.maybe(() => `, ${e.any()}`)})`,
  (e) => `d.${e.pick(['popitem', 'clear'])}()`,
  (e) => `d.get(${e.of('text')})`,
];
