import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Body, Expression, MacroDefinition, Parameter, Signature, Statement, Target } from './ast.ts';
import { ExpressionParser } from './parse-expression.ts';
import { locationAt, type Source } from './source.ts';
import { describeToken } from './token.ts';
import type { TokenStream } from './token-stream.ts';

/** Jinja's macro and the blocks that dbt adds. They define something; rendering the template prints nothing for them. */
export type BlockKind = 'macro' | 'test' | 'materialization' | 'snapshot' | 'docs';

/** A macro or one of dbt's blocks at the top of a template. */
export interface ParsedBlock {
  readonly kind: BlockKind;
  readonly name: string;
  readonly location: Location;
  readonly source: string;
  /** Adapter that a materialization is written for; `default` means any. */
  readonly adapter: string | undefined;
  /** Parameters and body; a snapshot and docs have no parameters. */
  readonly definition: MacroDefinition;
}

const TAGS = [
  'for',
  'if',
  'set',
  'do',
  'macro',
  'call',
  'filter',
  'with',
  'raw',
  'block',
  'print',
  'break',
  'continue',
  'test',
  'data_test',
  'materialization',
  'snapshot',
  'docs',
  'include',
  'import',
  'from',
  'extends',
  'autoescape',
  'elif',
  'else',
  'endif',
  'endfor',
  'endset',
  'endmacro',
  'endcall',
  'endfilter',
  'endwith',
  'endraw',
  'endblock',
];

/** Levels of nested statements: more of them could overflow the parser's own stack. */
const MAX_NESTING = 120;

export class StatementParser {
  readonly #stream: TokenStream;
  readonly #expressions: ExpressionParser;
  /** One set for each macro around the current token: the names its body has read so far. */
  readonly #readNames: Set<string>[] = [];
  /** Tags that are not closed yet, outermost first. */
  readonly #open: { readonly tag: string; readonly at: Location }[] = [];
  readonly blocks: ParsedBlock[] = [];

  constructor(stream: TokenStream) {
    this.#stream = stream;
    this.#expressions = new ExpressionParser(stream, (name) => {
      for (const names of this.#readNames) names.add(name);
    });
  }

  parseTemplate(): Body {
    return this.#body([]);
  }

  /** Parses statements up to one of the tags, which stays the next token. Without tags: up to the end of the template. */
  #body(endsAt: readonly string[]): Body {
    const stream = this.#stream;
    const statements: Statement[] = [];
    for (;;) {
      const at = stream.location;
      const token = stream.current;
      switch (token.type) {
        case 'text':
          stream.next();
          statements.push({ kind: 'text', text: token.text, at });
          break;
        case 'begin-print':
          stream.next();
          statements.push({ kind: 'print', expression: this.#expressions.parseTuple({ withConditional: true }), at });
          stream.expectEnd('end-print');
          break;
        case 'begin-block': {
          stream.next();
          if (endsAt.some((tag) => stream.isName(tag))) return statements;
          const statement = this.#statement(at);
          if (statement) statements.push(...statement);
          stream.expectEnd('end-block');
          break;
        }
        case 'end':
          if (endsAt.length > 0) this.#failAtEnd(endsAt);
          return statements;
        default:
          stream.fail(`Unexpected ${describeToken(token)}.`);
      }
    }
  }

  #failAtEnd(endsAt: readonly string[]): never {
    const open = this.#open.at(-1);
    const end = endsAt.at(-1) ?? '';
    const message = open ? `'${open.tag}' has no end.` : `Expected {% ${end} %}.`;
    this.#stream.fail(message, open?.at, `write {% ${end} %} where it ends`);
  }

  /** Parses the body of a tag and its end tag, `%}` included. */
  #block(tag: string, at: Location, endTag = `end${tag}`): Body {
    return this.#within(tag, at, () => {
      this.#endTag();
      const body = this.#body([endTag]);
      this.#stream.next();
      return body;
    });
  }

  #within<Result>(tag: string, at: Location, parse: () => Result): Result {
    if (this.#open.length >= MAX_NESTING) this.#stream.fail('These tags are nested too deeply.', at);
    this.#open.push({ tag, at });
    const result = parse();
    this.#open.pop();
    return result;
  }

  /** Parses the `%}` of a tag that has a body. As in Jinja, a colon before it is accepted: `{% if x: %}`. */
  #endTag(): void {
    this.#stream.takeOperator(':');
    this.#stream.expectEnd('end-block');
  }

  /** Parses the inside of a `{% … %}`, without its `%}`. */
  #statement(at: Location): readonly Statement[] | undefined {
    const stream = this.#stream;
    const tagAt = stream.location;
    const tag = stream.expectName();
    switch (tag) {
      case 'if':
        return [this.#if(at)];
      case 'for':
        return [this.#for(at)];
      case 'set':
        return [this.#set(at)];
      case 'do':
        return [{ kind: 'do', expression: this.#expressions.parseTuple({ withConditional: true }), at }];
      case 'print':
        return this.#print(at);
      case 'break':
      case 'continue':
        return [{ kind: tag, at }];
      case 'macro':
        return [this.#macro(at)];
      case 'call':
        return [this.#callBlock(at)];
      case 'filter':
        return [
          { kind: 'filter-block', filter: this.#expressions.parseFilters(undefined), body: this.#block(tag, at), at },
        ];
      case 'with':
        return [this.#with(at)];
      case 'block':
        return [this.#namedBlock(at)];
      case 'test':
      case 'data_test':
        return this.#test(tag, at);
      case 'materialization':
        return this.#materialization(at);
      case 'snapshot':
      case 'docs':
        return this.#namedBody(tag, at);
      case 'include':
      case 'import':
      case 'from':
      case 'extends':
        while (stream.current.type !== 'end-block') stream.next();
        return [{ kind: 'unsupported', reason: `dbt has no templates to ${tag === 'from' ? 'import' : tag}`, at }];
      default: {
        const open = this.#open.at(-1);
        const waiting = open ? ` The innermost open tag is '${open.tag}' of line ${open.at.line}.` : '';
        return stream.fail(
          `There is no tag '${tag}' here.${didYouMean(
            tag,
            TAGS.filter((other) => other !== tag),
          )}${waiting}`,
          tagAt,
        );
      }
    }
  }

  #print(at: Location): readonly Statement[] {
    const statements: Statement[] = [];
    while (this.#stream.current.type !== 'end-block') {
      if (statements.length > 0) this.#stream.expectOperator(',');
      statements.push({ kind: 'print', expression: this.#expressions.parse(), at });
    }
    return statements;
  }

  #if(at: Location): Statement {
    return this.#within('if', at, () => {
      const branches: { test: Expression; body: Body }[] = [];
      let otherwise: Body = [];
      do {
        const test = this.#expressions.parseTuple({ withConditional: false });
        this.#endTag();
        branches.push({ test, body: this.#body(['elif', 'else', 'endif']) });
      } while (this.#stream.takeName('elif'));
      if (this.#stream.takeName('else')) {
        this.#endTag();
        otherwise = this.#body(['endif']);
      }
      this.#stream.next();
      return { kind: 'if', branches, otherwise, at };
    });
  }

  #for(at: Location): Statement {
    return this.#within('for', at, () => {
      const stream = this.#stream;
      const target = this.#target({ mayBeNamespace: false });
      stream.expectWord('in');
      const items = this.#expressions.parseTuple({ withConditional: false });
      const condition = stream.takeName('if') ? this.#expressions.parse() : undefined;
      const isRecursive = stream.takeName('recursive');
      this.#endTag();
      const body = this.#body(['endfor', 'else']);
      let otherwise: Body = [];
      if (stream.takeName('else')) {
        this.#endTag();
        otherwise = this.#body(['endfor']);
      }
      stream.next();
      return { kind: 'for', target, items, condition, isRecursive, body, otherwise, at };
    });
  }

  #set(at: Location): Statement {
    const target = this.#target({ mayBeNamespace: true });
    if (this.#stream.takeOperator('=')) {
      return { kind: 'set', target, value: this.#expressions.parseTuple({ withConditional: true }), at };
    }
    const filter = this.#stream.takeOperator('|') ? this.#expressions.parseFilters(undefined) : undefined;
    return { kind: 'set-block', target, filter, body: this.#block('set', at), at };
  }

  #target(options: { readonly mayBeNamespace: boolean }): Target {
    const stream = this.#stream;
    const at = stream.location;
    const items: Target[] = [];
    let isTuple = false;
    for (;;) {
      if (stream.current.type === 'end-block' || stream.isOperator(')')) break;
      items.push(this.#singleTarget(options.mayBeNamespace));
      if (!stream.takeOperator(',')) break;
      isTuple = true;
    }
    const [only] = items;
    if (!only) return stream.fail(`Expected a name to assign to, but here is ${describeToken(stream.current)}.`);
    return isTuple ? { kind: 'tuple', items, at } : only;
  }

  #singleTarget(mayBeNamespace: boolean): Target {
    const stream = this.#stream;
    const at = stream.location;
    if (stream.takeOperator('(')) {
      const inner = this.#target({ mayBeNamespace });
      stream.expectOperator(')');
      return inner;
    }
    const name = stream.expectName();
    if (mayBeNamespace && stream.takeOperator('.')) {
      return { kind: 'namespace-attribute', namespace: name, attribute: stream.expectName(), at };
    }
    if (['true', 'false', 'none', 'True', 'False', 'None'].includes(name))
      stream.fail(`'${name}' cannot be assigned to.`, at);
    return { kind: 'name', name, at };
  }

  #macro(at: Location): MacroDefinition {
    const start = this.#tagStart();
    const name = this.#stream.expectName();
    const definition = this.#definition('macro', name, at, true);
    this.#keep({ kind: 'macro', name, adapter: undefined, definition, at, start });
    return definition;
  }

  #definition(tag: string, name: string, at: Location, hasParameters: boolean): MacroDefinition {
    const parameters = hasParameters ? this.#parameters() : [];
    const names = new Set<string>();
    this.#readNames.push(names);
    const body = this.#block(tag, at);
    this.#readNames.pop();
    return { kind: 'macro', name, signature: signatureOf(parameters, names), body, at };
  }

  #parameters(): readonly Parameter[] {
    const stream = this.#stream;
    const parameters: Parameter[] = [];
    stream.expectOperator('(');
    while (!stream.isOperator(')')) {
      const at = stream.location;
      const name = stream.expectName();
      const type = stream.takeOperator(':') ? this.#parameterType() : undefined;
      const fallback = stream.takeOperator('=') ? this.#expressions.parse() : undefined;
      if (!fallback && parameters.at(-1)?.default)
        stream.fail('A parameter without a default stands behind one with a default.', at);
      parameters.push({ name, type, default: fallback, at });
      if (!stream.takeOperator(',')) break;
    }
    stream.expectOperator(')');
    return parameters;
  }

  /** Parses the type of a parameter: `str`, `list[int]`, `dict[str, optional[int]]`. */
  #parameterType(): string {
    const stream = this.#stream;
    let type = stream.expectName();
    if (stream.takeOperator('[')) {
      const inner: string[] = [];
      while (!stream.isOperator(']')) {
        inner.push(this.#parameterType());
        if (!stream.takeOperator(',')) break;
      }
      stream.expectOperator(']');
      type += `[${inner.join(', ')}]`;
    }
    return type;
  }

  #callBlock(at: Location): Statement {
    const parameters = this.#stream.isOperator('(') ? this.#parameters() : [];
    const callAt = this.#stream.location;
    const call = this.#expressions.parse();
    if (call.kind !== 'call') return this.#stream.fail('Expected a call.', callAt, 'write {% call name(…) %}');
    const names = new Set<string>();
    this.#readNames.push(names);
    const body = this.#block('call', at);
    this.#readNames.pop();
    return {
      kind: 'call-block',
      call,
      caller: { kind: 'macro', name: 'caller', signature: signatureOf(parameters, names), body, at },
      at,
    };
  }

  #with(at: Location): Statement {
    const assignments: { target: Target; value: Expression }[] = [];
    while (this.#stream.current.type !== 'end-block') {
      if (assignments.length > 0) this.#stream.expectOperator(',');
      const target = this.#target({ mayBeNamespace: false });
      this.#stream.expectOperator('=');
      assignments.push({ target, value: this.#expressions.parse() });
    }
    return { kind: 'with', assignments, body: this.#block('with', at), at };
  }

  #namedBlock(at: Location): Statement {
    const name = this.#stream.expectName();
    const isScoped = this.#stream.takeName('scoped');
    this.#stream.takeName('required');
    const body = this.#block('block', at);
    this.#stream.takeName(name);
    return { kind: 'block', name, isScoped, body, at };
  }

  #test(tag: 'test' | 'data_test', at: Location): readonly Statement[] {
    const start = this.#tagStart();
    const name = this.#stream.expectName();
    const definition = this.#definition(tag, name, at, true);
    this.#keep({ kind: 'test', name, adapter: undefined, definition, at, start });
    return [];
  }

  #materialization(at: Location): readonly Statement[] {
    const start = this.#tagStart();
    const stream = this.#stream;
    const name = stream.expectName();
    let adapter = 'default';
    while (stream.takeOperator(',')) {
      const option = stream.expectName();
      if (option === 'default') continue;
      stream.expectOperator('=');
      const value = this.#expressions.parse();
      if (option === 'adapter' && value.kind === 'constant') adapter = String(value.value);
    }
    const definition = this.#definition('materialization', name, at, false);
    this.#keep({ kind: 'materialization', name, adapter, definition, at, start });
    return [];
  }

  #namedBody(tag: 'snapshot' | 'docs', at: Location): readonly Statement[] {
    const start = this.#tagStart();
    const name = this.#stream.expectName();
    const definition = this.#definition(tag, name, at, false);
    this.#keep({ kind: tag, name, adapter: undefined, definition, at, start });
    return [];
  }

  /** The offset of the `{%` of the tag whose name was just read. */
  #tagStart(): number {
    return this.#source.text.lastIndexOf('{%', this.#stream.previous.start);
  }

  get #source(): Source {
    return this.#stream.source;
  }

  #keep(block: Omit<ParsedBlock, 'source' | 'location'> & { readonly at: Location; readonly start: number }): void {
    // dbt registers only the macros at the top of a file, not those inside another tag.
    if (this.#open.length > 0) return;
    const { kind, name, adapter, definition, start } = block;
    const source = this.#source.text.slice(start, this.#stream.current.end);
    this.blocks.push({ kind, name, adapter, definition, source, location: locationAt(this.#source, start) });
  }
}

function signatureOf(parameters: readonly Parameter[], names: ReadonlySet<string>): Signature {
  const isParameter = (name: string) => parameters.some((parameter) => parameter.name === name);
  return {
    parameters,
    usesVarargs: names.has('varargs') && !isParameter('varargs'),
    usesKwargs: names.has('kwargs') && !isParameter('kwargs'),
    usesCaller: names.has('caller'),
  };
}
