import { unreachable } from '../../unreachable.ts';
import type { Body, Expression, MacroDefinition, Slice, Statement, Target } from './ast.ts';
import { partsOf } from './expression-parts.ts';

/** For the body of each frame: names of the context that mean nothing in it, until it assigns to them. */
export type HiddenNames = ReadonlyMap<Body, readonly string[]>;

/**
 * Jinja decides when it compiles a template where each name comes from. One that a frame (the template, a loop, a macro, a
 * block) assigns to, and does not read before, is its own from the start: where what is inside the frame reads it first,
 * it is undefined there, though the context may know it (Jinja: idtracking, VAR_LOAD_UNDEFINED).
 */
export function findHiddenNames(body: Body): HiddenNames {
  const hidden = new Map<Body, readonly string[]>();
  analyze(body, { parameters: [], before: [] }, undefined, hidden);
  return hidden;
}

interface Begin {
  readonly parameters: readonly string[];
  /** Read before the body, as the defaults of a macro are. */
  readonly before: readonly Expression[];
}

/** Gives the names that the frame, and those inside it, read. */
function analyze(
  body: Body,
  begin: Begin,
  around: Names | undefined,
  hidden: Map<Body, readonly string[]>,
): ReadonlySet<string> {
  const names = new Names(around);
  for (const name of begin.parameters) names.declare(name);
  for (const expression of begin.before) readExpression(expression, names);
  readBody(body, names);
  const readInside = new Set<string>();
  for (const { body: inner, begin: innerBegin, isAlone } of names.inner) {
    for (const name of analyze(inner, innerBegin, isAlone ? undefined : names, hidden)) readInside.add(name);
  }
  const own = names.ownFromTheStart().filter((name) => readInside.has(name));
  if (own.length > 0) hidden.set(body, own);
  return new Set([...names.read, ...readInside]);
}

interface InnerFrame {
  readonly body: Body;
  readonly begin: Begin;
  /** A block sees nothing of what is around it. */
  readonly isAlone?: boolean;
}

type Origin = 'parameter' | 'context' | 'around' | 'nowhere';

/** Where the names of one frame come from (Jinja: Symbols). */
class Names {
  readonly #around: Names | undefined;
  /** Of a branch: what was known where it begins. */
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

  /** What the branches of an `if` do; a name that they alone assign to may come from elsewhere. */
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
      names.inner.push({ body: statement.body, begin: { parameters: [], before: filterOf(statement.filter) } });
      return;
    case 'filter-block':
      readExpression(statement.filter, names);
      names.inner.push({ body: statement.body, begin: NOTHING });
      return;
    case 'if':
      readIf(statement, names);
      return;
    case 'for': {
      readExpression(statement.items, names);
      const parameters = [...namesOf(statement.target), 'loop'];
      const before = statement.condition ? [statement.condition] : [];
      names.inner.push(
        { body: statement.body, begin: { parameters, before } },
        { body: statement.otherwise, begin: NOTHING },
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
      names.inner.push({ body: statement.body, begin: { parameters, before: [] } });
      return;
    }
    case 'block':
      names.inner.push({ body: statement.body, begin: NOTHING, isAlone: !statement.isScoped });
      return;
    default:
      unreachable(statement);
      return;
  }
}

const NOTHING: Begin = { parameters: [], before: [] };

/** The conditions behind `elif` are read as if each stood in what comes before it. */
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
    begin: {
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
