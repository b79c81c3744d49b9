import { toValue } from '../../../jinja/values/plain-value.ts';
import { printValue } from '../../../jinja/values/print-value.ts';
import { type Callable, Dict, HostObject, type Value } from '../../../jinja/values/value.ts';
import { sameName } from '../../../name.ts';
import { quoteName } from '../../../quote.ts';
import { templateFunction } from '../functions/template-function.ts';

const PARTS = ['database', 'schema', 'identifier'] as const;
type Part = (typeof PARTS)[number];
type Names = { readonly [part in Part]: string | undefined };
type Policy = { readonly [part in Part]: boolean };

const EVERY_PART: Policy = { database: true, schema: true, identifier: true };

export interface RelationShape extends Names {
  readonly include: Policy;
  readonly quote: Policy;
  /** Kind of the relation: `table`, `view`, `cte` and so on; `undefined` if the warehouse was not asked for it. */
  readonly type: string | undefined;
  /** Text that is printed in place of the quoted names: the name of the CTE of an ephemeral model. */
  readonly literal: string | undefined;
  /** Whether it prints as a query without rows (dbt: `--empty`). */
  readonly isEmptied: boolean;
}

/** The value of `ref()`, `source()` and `this` (dbt: BaseRelation). It prints as a quoted name, and is a mapping, too. */
export class RelationValue extends HostObject {
  readonly typeName = 'Relation';
  readonly shape: RelationShape;

  constructor(shape: Partial<RelationShape>) {
    super();
    this.shape = {
      database: undefined,
      schema: undefined,
      identifier: undefined,
      include: EVERY_PART,
      quote: EVERY_PART,
      type: undefined,
      literal: undefined,
      isEmptied: false,
      ...shape,
    };
  }

  print(): string {
    const name = this.printName();
    return this.shape.isEmptied
      ? `(select * from ${name} where false limit 0) _dbt_limit_subq_${this.shape.identifier}`
      : name;
  }

  /** The quoted name, also of a relation that prints as a query (dbt: render). */
  printName(): string {
    const { literal, include, quote } = this.shape;
    if (literal !== undefined) return literal;
    return PARTS.flatMap((part) => {
      const name = this.shape[part];
      if (!include[part] || name === undefined) return [];
      return quote[part] ? quoteName(name) : name;
    }).join('.');
  }

  getAttribute(name: string): Value | undefined {
    return Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name]?.(this) : undefined;
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.getAttribute(key) : undefined;
  }

  override isMapping(): boolean {
    return true;
  }

  override equalityKey(): string {
    return this.print();
  }

  /** Templates join relations and text with `+` as well as with `~`. */
  override operate(operator: string, left: Value, right: Value): Value | undefined {
    return operator === '+' ? printValue(left) + printValue(right) : undefined;
  }

  with(changes: Partial<RelationShape>): RelationValue {
    return new RelationValue({ ...this.shape, ...changes });
  }
}

const ATTRIBUTES: { readonly [name: string]: (relation: RelationValue) => Value } = {
  database: ({ shape }) => shape.database ?? null,
  schema: ({ shape }) => shape.schema ?? null,
  identifier: ({ shape }) => shape.identifier ?? null,
  name: ({ shape }) => shape.identifier ?? null,
  table: ({ shape }) => shape.identifier ?? null,
  type: ({ shape }) => shape.type ?? null,
  is_table: ({ shape }) => shape.type === 'table',
  is_view: ({ shape }) => shape.type === 'view',
  is_cte: ({ shape }) => shape.type === 'cte',
  metadata: () => toValue({ type: 'DuckDBRelation' }),
  path: ({ shape }) =>
    toValue({ database: shape.database ?? null, schema: shape.schema ?? null, identifier: shape.identifier ?? null }),
  quote_character: () => '"',
  quote_policy: ({ shape }) => toValue({ ...shape.quote }),
  include_policy: ({ shape }) => toValue({ ...shape.include }),
  render: (relation) => templateFunction('render', [], () => relation.printName()),
  include: (relation) =>
    templateFunction('include', PARTS, ({ given }) =>
      relation.with({ include: { ...relation.shape.include, ...flags(given) } }),
    ),
  quote: (relation) =>
    templateFunction('quote', PARTS, ({ given }) =>
      relation.with({ quote: { ...relation.shape.quote, ...flags(given) } }),
    ),
  replace_path: (relation) =>
    templateFunction('replace_path', PARTS, ({ given }) => relation.with({ ...names(given), literal: undefined })),
  incorporate: (relation) =>
    templateFunction('incorporate', ['path', 'type', 'include_policy', 'quote_policy'], ({ given }) => {
      const type = typeof given.type === 'string' ? { type: given.type } : {};
      return relation.with({ ...names(partsOf(given.path)), ...type, literal: undefined });
    }),
  without_identifier: (relation) =>
    templateFunction('without_identifier', [], () =>
      relation.with({ include: { ...relation.shape.include, identifier: false } }),
    ),
  information_schema: (relation) =>
    templateFunction('information_schema', ['view_name'], ({ given }) => informationSchema(relation, given.view_name)),
  get: (relation) =>
    templateFunction('get', ['key', 'default'], ({ given }) => {
      const value = typeof given.key === 'string' ? relation.getAttribute(given.key) : undefined;
      return value ?? given.default ?? null;
    }),
  matches: (relation) =>
    templateFunction('matches', PARTS, ({ given }) =>
      Object.entries(names(given)).every(([part, name]) => isSamePart(nameOf(relation, part), name)),
    ),
};

/**
 * Makes the function `api.Relation.create(database=…, schema=…, identifier=…, type=…)`.
 * @param quoting quoting of the root project, which the argument `quote_policy` overrides
 */
export function relationCreator(quoting: Policy): Callable {
  return templateFunction('create', [...PARTS, 'type', 'quote_policy', 'path'], ({ given }) => {
    const type = typeof given.type === 'string' ? { type: given.type } : {};
    const quote = { ...quoting, ...flags(partsOf(given.quote_policy)) };
    return new RelationValue({ ...names(partsOf(given.path)), ...names(given), ...type, quote });
  });
}

function informationSchema(relation: RelationValue, view: Value | undefined): RelationValue {
  return new RelationValue({
    database: relation.shape.database,
    schema: 'INFORMATION_SCHEMA',
    identifier: typeof view === 'string' ? view : undefined,
    quote: { database: true, schema: false, identifier: false },
  });
}

function nameOf({ shape }: RelationValue, part: string): string | undefined {
  return PARTS.some((candidate) => candidate === part) ? shape[part as Part] : undefined;
}

function isSamePart(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameName(a, b);
}

/** The parts of the name among the arguments; `none` removes a part. */
function names(given: { readonly [part in Part]?: Value }): Partial<Names> {
  return Object.fromEntries(
    PARTS.filter((part) => given[part] !== undefined).map((part) => {
      const value = given[part];
      return [part, typeof value === 'string' ? value : undefined];
    }),
  );
}

function flags(given: { readonly [part in Part]?: Value }): Partial<Policy> {
  return Object.fromEntries(
    PARTS.filter((part) => given[part] !== undefined).map((part) => [part, given[part] === true]),
  );
}

function partsOf(path: Value | undefined): { readonly [part in Part]?: Value } {
  if (!(path instanceof Dict)) return {};
  return Object.fromEntries(PARTS.flatMap((part) => (path.has(part) ? [[part, path.get(part) ?? null]] : [])));
}
