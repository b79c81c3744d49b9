import { unreachable } from '../../unreachable.ts';
import type { Body, Expression, MacroDefinition, Slice, Statement, Target } from './ast.ts';
import { partsOf } from './expression-parts.ts';

/** Names by the body of a frame: they are undefined in it until it assigns to them, though the context has them. */
export type HiddenNames = ReadonlyMap<Body, readonly string[]>;

/**
 * Jinja decides at compile time where each name comes from. A frame is the template, a loop, a macro or a block. A name that
 * a frame assigns to without reading it first belongs to the frame from its beginning. Where a nested frame reads it
 * earlier, the name is undefined, though the context may have it (Jinja: idtracking, VAR_LOAD_UNDEFINED).
 */
export function findHiddenNames(body: Body): HiddenNames {
  const hidden = new Map<Body, readonly string[]>();
  analyze(body, NOTHING, undefined, hidden);
  return hidden;
}

/** Names that a frame has before its body runs. */
interface FrameStart {
  readonly parameters: readonly string[];
  /** Expressions that are evaluated before the body: a macro's defaults, a loop's condition, the filter of a block. */
  readonly before: readonly Expression[];
}

/** Fills `hidden` for the frame of `body` and for those inside it. Returns the names that all of them read. */
function analyze(
  body: Body,
  start: FrameStart,
  around: Names | undefined,
  hidden: Map<Body, readonly string[]>,
): ReadonlySet<string> {
  const names = new Names(around);
  for (const name of start.parameters) names.declare(name);
  for (const expression of start.before) readExpression(expression, names);
  readBody(body, names);
  const readInside = new Set<string>();
  for (const { body: inner, start: innerStart, isAlone } of names.inner) {
    for (const name of analyze(inner, innerStart, isAlone ? undefined : names, hidden)) readInside.add(name);
  }
  const own = names.ownFromTheStart().filter((name) => readInside.has(name));
  if (own.length > 0) hidden.set(body, own);
  return new Set([...names.read, ...readInside]);
}

interface InnerFrame {
  readonly body: Body;
  readonly start: FrameStart;
  /** True for a block that is not scoped: it sees no variable of the frames around it. */
  readonly isAlone?: boolean;
}

type Origin = 'parameter' | 'context' | 'around' | 'nowhere';

/** Names of one frame, and where each comes from (Jinja: Symbols). */
class Names {
  readonly #around: Names | undefined;
  /** Names of the frame of a branch of an `if`, at the point where the branch begins. */
  readonly #before: Names | undefined;
  readonly #origins = new Map<string, Origin>();
  readonly #stored = new Set<string>();
  readonly read: Set<string>;
  readonly inner: InnerFrame[];

  constructor(around: Names | undefined, before?: Names) {
    this.#around = around;
    this.#before = before;
    this.read = before?.read ?? new Set();
    this.inner = before?.inner ?? [];
  }

  declare(name: string): void {
    this.#stored.add(name);
    this.#origins.set(name, 'parameter');
  }

  load(name: string): void {
    this.read.add(name);
    if (!this.knows(name)) this.#origins.set(name, 'context');
  }

  store(name: string): void {
    this.#stored.add(name);
    if (!this.isOwn(name)) this.#origins.set(name, this.#around?.knows(name) ? 'around' : 'nowhere');
  }

  /** Visits the branches of an `if`. A name that is assigned in a branch alone may still come from outside the frame. */
  branch(...branches: readonly ((names: Names) => void)[]): void {
    const results = branches.map((visit) => {
      const names = new Names(this.#around, this);
      visit(names);
      return names;
    });
    const stored = results.flatMap((names) => [...names.#stored]).filter((name) => !this.isStored(name));
    for (const names of results) for (const [name, origin] of names.#origins) this.#origins.set(name, origin);
    for (const name of stored) {
      this.#stored.add(name);
      this.#origins.set(name, this.#around?.knows(name) ? 'around' : 'context');
    }
  }

  ownFromTheStart(): readonly string[] {
    return [...this.#origins].filter(([, origin]) => origin === 'nowhere').map(([name]) => name);
  }

  knows(name: string): boolean {
    return this.isOwn(name) || (this.#around?.knows(name) ?? false);
  }

  isOwn(name: string): boolean {
    return this.#origins.has(name) || (this.#before?.isOwn(name) ?? false);
  }

  isStored(name: string): boolean {
    return this.#stored.has(name) || (this.#before?.isStored(name) ?? false);
  }
}

function readBody(body: Body, names: Names): void {
  for (const statement of body) readStatement(statement, names);
}

function readStatement(statement: Statement, names: Names): void {
  switch (statement.kind) {
    case 'text':
    case 'break':
    case 'continue':
    case 'unsupported':
      return;
    case 'print':
    case 'do':
      readExpression(statement.expression, names);
      return;
    case 'set':
      readExpression(statement.value, names);
      storeTarget(statement.target, names);
      return;
    case 'set-block':
      storeTarget(statement.target, names);
      names.inner.push({ body: statement.body, start: { parameters: [], before: filterOf(statement.filter) } });
      return;
    case 'filter-block':
      readExpression(statement.filter, names);
      names.inner.push({ body: statement.body, start: NOTHING });
      return;
    case 'if':
      readIf(statement, names);
      return;
    case 'for': {
      readExpression(statement.items, names);
      const parameters = [...namesOf(statement.target), 'loop'];
      const before = statement.condition ? [statement.condition] : [];
      names.inner.push(
        { body: statement.body, start: { parameters, before } },
        { body: statement.otherwise, start: NOTHING },
      );
      return;
    }
    case 'macro':
      names.store(statement.name);
      names.inner.push(macroFrame(statement));
      return;
    case 'call-block':
      readExpression(statement.call, names);
      names.inner.push(macroFrame(statement.caller));
      return;
    case 'with': {
      for (const { value } of statement.assignments) readExpression(value, names);
      const parameters = statement.assignments.flatMap(({ target }) => namesOf(target));
      names.inner.push({ body: statement.body, start: { parameters, before: [] } });
      return;
    }
    case 'block':
      names.inner.push({ body: statement.body, start: NOTHING, isAlone: !statement.isScoped });
      return;
    default:
      unreachable(statement);
      return;
  }
}

const NOTHING: FrameStart = { parameters: [], before: [] };

/** All `elif` branches are one branch beside the first: each condition is read inside it, then its body. */
function readIf({ branches, otherwise }: Extract<Statement, { kind: 'if' }>, names: Names): void {
  const [first, ...more] = branches;
  if (!first) return;
  readExpression(first.test, names);
  names.branch(
    (inner) => readBody(first.body, inner),
    (inner) => {
      for (const { test, body } of more) {
        readExpression(test, inner);
        inner.branch((innermost) => readBody(body, innermost));
      }
    },
    (inner) => readBody(otherwise, inner),
  );
}

function macroFrame({ signature, body }: MacroDefinition): InnerFrame {
  const { parameters } = signature;
  return {
    body,
    start: {
      parameters: [...parameters.map(({ name }) => name), 'caller', 'kwargs', 'varargs'],
      before: parameters.flatMap(({ default: fallback }) => (fallback ? [fallback] : [])),
    },
  };
}

function filterOf(filter: Expression | undefined): readonly Expression[] {
  return filter ? [filter] : [];
}

function storeTarget(target: Target, names: Names): void {
  if (target.kind === 'tuple') for (const item of target.items) storeTarget(item, names);
  else if (target.kind === 'name') names.store(target.name);
  else names.load(target.namespace);
}

function namesOf(target: Target): readonly string[] {
  if (target.kind === 'tuple') return target.items.flatMap(namesOf);
  return target.kind === 'name' ? [target.name] : [];
}

function readExpression(expression: Expression | Slice, names: Names): void {
  if (expression.kind === 'name') names.load(expression.name);
  for (const part of partsOf(expression)) readExpression(part, names);
}
