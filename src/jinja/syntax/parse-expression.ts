import type { Location } from '../../location.ts';
import { Float } from '../values/value.ts';
import type { Arguments, ComparisonOperator, Expression, Filter, Slice, Test } from './ast.ts';
import { locationAt } from './source.ts';
import { describeToken } from './token.ts';
import type { TokenStream } from './token-stream.ts';

/** Levels of nested brackets: more of them could overflow the parser's own stack. */
const MAX_NESTING = 120;

const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** Jinja's expression grammar, from the loosest operator (`if`) to the tightest (a call, an attribute). */
export class ExpressionParser {
  readonly stream: TokenStream;
  /** Called with each name that is read: these decide whether a macro takes varargs, kwargs or a caller. */
  readonly #onName: (name: string) => void;
  #nesting = 0;

  constructor(stream: TokenStream, onName: (name: string) => void) {
    this.stream = stream;
    this.#onName = onName;
  }

  parse(): Expression {
    return this.#nested(() => this.#conditional());
  }

  /** Parses one expression, or a tuple where commas follow. `{% for %}` and `{% if %}` allow no inline `if`. */
  parseTuple({ withConditional }: { readonly withConditional: boolean }): Expression {
    return this.#tuple(withConditional, false);
  }

  /** Parses the filters of `{% filter … %}`, or those behind the name in `{% set x | … %}`. */
  parseFilters(input: Expression | undefined): Filter {
    let filter = this.#filter(input);
    while (this.stream.takeOperator('|')) filter = this.#filter(filter);
    return filter;
  }

  #tuple(withConditional: boolean, inParentheses: boolean): Expression {
    const { stream } = this;
    const at = stream.location;
    const items: Expression[] = [];
    let isTuple = false;
    while (!this.#isTupleEnd()) {
      items.push(withConditional ? this.parse() : this.#nested(() => this.#or()));
      if (!stream.takeOperator(',')) break;
      isTuple = true;
    }
    const [only] = items;
    if (only && !isTuple) return only;
    if (!only && !inParentheses) stream.fail(`Expected an expression, but here is ${describeToken(stream.current)}.`);
    return { kind: 'tuple', items, at };
  }

  #isTupleEnd(): boolean {
    const { current } = this.stream;
    if (current.type === 'end-print' || current.type === 'end-block') return true;
    return current.type === 'operator' && current.operator === ')';
  }

  #nested(parse: () => Expression): Expression {
    if (++this.#nesting > MAX_NESTING) this.stream.fail('This expression is nested too deeply.');
    const expression = parse();
    this.#nesting--;
    return expression;
  }

  #conditional(): Expression {
    let value = this.#or();
    while (this.stream.isName('if')) {
      const at = value.at;
      this.stream.next();
      const test = this.#or();
      const otherwise = this.stream.takeName('else') ? this.#nested(() => this.#conditional()) : undefined;
      value = { kind: 'conditional', test, consequent: value, otherwise, at };
    }
    return value;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.stream.takeName('or'))
      left = { kind: 'logical', operator: 'or', left, right: this.#and(), at: left.at };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.stream.takeName('and'))
      left = { kind: 'logical', operator: 'and', left, right: this.#not(), at: left.at };
    return left;
  }

  #not(): Expression {
    const at = this.stream.location;
    if (!this.stream.takeName('not')) return this.#comparison();
    return { kind: 'unary', operator: 'not', operand: this.#nested(() => this.#not()), at };
  }

  #comparison(): Expression {
    const first = this.#sum();
    const rest: { operator: ComparisonOperator; operand: Expression }[] = [];
    let at: Location | undefined;
    for (;;) {
      const here = this.stream.location;
      const operator = this.#takeComparison();
      if (!operator) break;
      at ??= here;
      rest.push({ operator, operand: this.#sum() });
    }
    return at ? { kind: 'comparison', first, rest, at } : first;
  }

  #takeComparison(): ComparisonOperator | undefined {
    const { current, following } = this.stream;
    if (current.type === 'name') {
      if (current.name === 'in') {
        this.stream.next();
        return 'in';
      }
      if (current.name !== 'not' || following.type !== 'name' || following.name !== 'in') return undefined;
      this.stream.next();
      this.stream.next();
      return 'not in';
    }
    if (current.type !== 'operator') return undefined;
    switch (current.operator) {
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        this.stream.next();
        return current.operator;
      default:
        return undefined;
    }
  }

  #sum(): Expression {
    let left = this.#concat();
    for (;;) {
      const at = this.stream.location;
      const operator = this.stream.takeOperator('+') ? '+' : this.stream.takeOperator('-') ? '-' : undefined;
      if (!operator) return left;
      left = { kind: 'binary', operator, left, right: this.#concat(), at };
    }
  }

  #concat(): Expression {
    const first = this.#product();
    if (!this.stream.isOperator('~')) return first;
    const at = this.stream.location;
    const parts = [first];
    while (this.stream.takeOperator('~')) parts.push(this.#product());
    return { kind: 'concat', parts, at };
  }

  #product(): Expression {
    let left = this.#power();
    for (;;) {
      const at = this.stream.location;
      const operator = (['*', '//', '/', '%'] as const).find((sign) => this.stream.takeOperator(sign));
      if (!operator) return left;
      left = { kind: 'binary', operator, left, right: this.#power(), at };
    }
  }

  /** Parses `**`. Jinja groups it from the left, and a minus before it binds more tightly than in Python. */
  #power(): Expression {
    let left = this.#unary(true);
    for (;;) {
      const at = this.stream.location;
      if (!this.stream.takeOperator('**')) return left;
      left = { kind: 'binary', operator: '**', left, right: this.#unary(true), at };
    }
  }

  #unary(withFilters: boolean): Expression {
    const at = this.stream.location;
    const operator = this.stream.takeOperator('-') ? '-' : this.stream.takeOperator('+') ? '+' : undefined;
    const operand: Expression = operator
      ? { kind: 'unary', operator, operand: this.#nested(() => this.#unary(false)), at }
      : this.parsePrimary();
    const postfixed = this.#postfix(operand);
    return withFilters ? this.#filtersAndTests(postfixed) : postfixed;
  }

  parsePrimary(): Expression {
    const { stream } = this;
    const at = stream.location;
    const token = stream.current;
    switch (token.type) {
      case 'name':
        stream.next();
        return this.#nameOrConstant(token.name, at);
      case 'string':
        return { kind: 'constant', value: this.#adjacentStrings(), at };
      case 'integer':
        stream.next();
        return { kind: 'constant', value: token.value, at };
      case 'float':
        stream.next();
        return { kind: 'constant', value: new Float(token.value), at };
      case 'operator':
        if (stream.takeOperator('(')) return this.#parenthesized();
        if (stream.takeOperator('[')) return { kind: 'list', items: this.#listItems(), at };
        if (stream.takeOperator('{')) return { kind: 'dict', entries: this.#dictEntries(), at };
        break;
      default:
        break;
    }
    return stream.fail(`Expected an expression, but here is ${describeToken(token)}.`);
  }

  #nameOrConstant(name: string, at: Location): Expression {
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return { kind: 'constant', value: constant, at };
    this.#onName(name);
    return { kind: 'name', name, at };
  }

  #adjacentStrings(): string {
    let text = '';
    for (let token = this.stream.current; token.type === 'string'; token = this.stream.current) {
      text += token.value;
      this.stream.next();
    }
    return text;
  }

  #parenthesized(): Expression {
    const inner = this.#nested(() => this.#tuple(true, true));
    this.stream.expectOperator(')');
    return inner;
  }

  #listItems(): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.stream.isOperator(']')) {
      items.push(this.parse());
      if (!this.stream.takeOperator(',')) break;
    }
    this.stream.expectOperator(']');
    return items;
  }

  #dictEntries(): readonly { key: Expression; value: Expression }[] {
    const entries: { key: Expression; value: Expression }[] = [];
    while (!this.stream.isOperator('}')) {
      const key = this.parse();
      this.stream.expectOperator(':');
      entries.push({ key, value: this.parse() });
      if (!this.stream.takeOperator(',')) break;
    }
    this.stream.expectOperator('}');
    return entries;
  }

  #postfix(start: Expression): Expression {
    let node = start;
    for (;;) {
      if (this.stream.takeOperator('.')) node = this.#attribute(node);
      else if (this.stream.isOperator('[')) node = this.#item(node);
      else if (this.stream.isOperator('(')) node = this.#call(node);
      else return node;
    }
  }

  #attribute(object: Expression): Expression {
    const at = this.stream.location;
    const token = this.stream.next();
    if (token.type === 'name') return { kind: 'attribute', object, name: token.name, at };
    if (token.type !== 'integer')
      return this.stream.fail(`Expected a name or a number, but here is ${describeToken(token)}.`, at);
    return { kind: 'item', object, key: { kind: 'constant', value: token.value, at }, at };
  }

  #item(object: Expression): Expression {
    const at = this.stream.location;
    this.stream.expectOperator('[');
    const keys: (Expression | Slice)[] = [];
    while (!this.stream.isOperator(']')) {
      if (keys.length > 0) this.stream.expectOperator(',');
      keys.push(this.#subscript());
    }
    this.stream.expectOperator(']');
    const [only] = keys;
    if (only && keys.length === 1) return { kind: 'item', object, key: only, at };
    const items = keys.map((key) =>
      key.kind === 'slice' ? this.stream.fail('A slice cannot stand beside others.', key.at) : key,
    );
    return { kind: 'item', object, key: { kind: 'tuple', items, at }, at };
  }

  #subscript(): Expression | Slice {
    const at = this.stream.location;
    const start = this.stream.isOperator(':') ? undefined : this.parse();
    if (!this.stream.takeOperator(':')) return start ?? this.stream.fail('Expected an expression.');
    const isEnd = () => this.stream.isOperator(']') || this.stream.isOperator(',');
    const stop = this.stream.isOperator(':') || isEnd() ? undefined : this.parse();
    const step = this.stream.takeOperator(':') && !isEnd() ? this.parse() : undefined;
    return { kind: 'slice', start, stop, step, at };
  }

  #call(callee: Expression): Expression {
    return {
      kind: 'call',
      callee,
      args: this.#arguments(),
      at: callee.kind === 'attribute' ? startOf(callee) : callee.at,
    };
  }

  #arguments(): Arguments {
    const { stream } = this;
    const at = stream.location;
    const positional: Expression[] = [];
    const named: { name: string; value: Expression }[] = [];
    let spread: Expression | undefined;
    let spreadNamed: Expression | undefined;
    const insist = (isFine: boolean) => {
      if (!isFine) stream.fail('The arguments of this call are in no order Python allows.', at);
    };
    stream.expectOperator('(');
    while (!stream.isOperator(')')) {
      if (stream.takeOperator('*')) {
        insist(!spread && !spreadNamed);
        spread = this.parse();
      } else if (stream.takeOperator('**')) {
        insist(!spreadNamed);
        spreadNamed = this.parse();
      } else if (this.#isNamedArgument()) {
        insist(!spreadNamed);
        const name = stream.expectName();
        stream.expectOperator('=');
        named.push({ name, value: this.parse() });
      } else {
        insist(!spread && !spreadNamed && named.length === 0);
        positional.push(this.parse());
      }
      if (!stream.takeOperator(',')) break;
    }
    stream.expectOperator(')');
    return { positional, named, spread, spreadNamed };
  }

  #isNamedArgument(): boolean {
    const { current, following } = this.stream;
    return current.type === 'name' && following.type === 'operator' && following.operator === '=';
  }

  #filtersAndTests(start: Expression): Expression {
    let node = start;
    for (;;) {
      if (this.stream.takeOperator('|')) node = this.#filter(node);
      else if (this.stream.isName('is')) node = this.#test(node);
      else if (this.stream.isOperator('(')) node = this.#call(node);
      else return node;
    }
  }

  #filter(input: Expression | undefined): Filter {
    const at = this.stream.location;
    const name = this.#dottedName();
    const args = this.stream.isOperator('(') ? this.#arguments() : NO_ARGUMENTS;
    return { kind: 'filter', input, name, args, at };
  }

  #test(input: Expression): Test {
    this.stream.next();
    const isNegated = this.stream.takeName('not');
    const at = this.stream.location;
    return { kind: 'test', input, name: this.#dottedName(), args: this.#testArguments(), isNegated, at };
  }

  /** Parses the arguments of a test, which may be one without brackets: `x is divisibleby 3`. */
  #testArguments(): Arguments {
    const { current } = this.stream;
    if (this.stream.isOperator('(')) return this.#arguments();
    switch (current.type) {
      case 'name':
        if (['else', 'or', 'and'].includes(current.name)) return NO_ARGUMENTS;
        if (current.name === 'is') this.stream.fail('Tests cannot be chained.', undefined, 'join them with and');
        break;
      case 'string':
      case 'integer':
      case 'float':
        break;
      case 'operator':
        if (current.operator === '[' || current.operator === '{') break;
        return NO_ARGUMENTS;
      default:
        return NO_ARGUMENTS;
    }
    return { ...NO_ARGUMENTS, positional: [this.#postfix(this.parsePrimary())] };
  }

  #dottedName(): string {
    let name = this.stream.expectName();
    while (this.stream.takeOperator('.')) name += `.${this.stream.expectName()}`;
    return name;
  }

  /** The place of the token that was read last. */
  get lastLocation(): Location {
    return locationAt(this.stream.source, this.stream.previous.start);
  }
}

const NO_ARGUMENTS: Arguments = { positional: [], named: [], spread: undefined, spreadNamed: undefined };

/** Place at which the outermost callee begins: errors show the call `a.b.c(…)` at `a`. */
function startOf(expression: Expression): Location {
  let node = expression;
  while (node.kind === 'attribute' || node.kind === 'item') node = node.object;
  return node.at;
}
