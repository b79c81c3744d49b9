import type { Location } from '../../location.ts';
import type { Value } from '../values/value.ts';

interface At {
  /** Place in the template at which the node begins. */
  readonly at: Location;
}

export type Expression =
  | Constant
  | Name
  | Attribute
  | Item
  | Call
  | Filter
  | Test
  | Unary
  | Binary
  | Logical
  | Comparison
  | Concat
  | Conditional
  | ListLiteral
  | TupleLiteral
  | DictLiteral;

export interface Constant extends At {
  readonly kind: 'constant';
  readonly value: Value;
}
export interface Name extends At {
  readonly kind: 'name';
  readonly name: string;
}
export interface Attribute extends At {
  readonly kind: 'attribute';
  readonly object: Expression;
  readonly name: string;
}
export interface Item extends At {
  readonly kind: 'item';
  readonly object: Expression;
  readonly key: Expression | Slice;
}
export interface Slice extends At {
  readonly kind: 'slice';
  readonly start: Expression | undefined;
  readonly stop: Expression | undefined;
  readonly step: Expression | undefined;
}
export interface Call extends At {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: Arguments;
}
export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  readonly spread: Expression | undefined;
  readonly spreadNamed: Expression | undefined;
}
export interface Filter extends At {
  readonly kind: 'filter';
  /** Absent for a filter block, whose input is its body. */
  readonly input: Expression | undefined;
  readonly name: string;
  readonly args: Arguments;
}
export interface Test extends At {
  readonly kind: 'test';
  readonly input: Expression;
  readonly name: string;
  readonly args: Arguments;
  readonly isNegated: boolean;
}
export interface Unary extends At {
  readonly kind: 'unary';
  readonly operator: 'not' | '-' | '+';
  readonly operand: Expression;
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export interface Binary extends At {
  readonly kind: 'binary';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Logical extends At {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export interface Comparison extends At {
  readonly kind: 'comparison';
  readonly first: Expression;
  readonly rest: readonly { readonly operator: ComparisonOperator; readonly operand: Expression }[];
}
export interface Concat extends At {
  readonly kind: 'concat';
  readonly parts: readonly Expression[];
}
export interface Conditional extends At {
  readonly kind: 'conditional';
  readonly test: Expression;
  readonly consequent: Expression;
  readonly otherwise: Expression | undefined;
}
export interface ListLiteral extends At {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}
export interface TupleLiteral extends At {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}
export interface DictLiteral extends At {
  readonly kind: 'dict';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}

/** The left side of an assignment, or the variables of a loop. */
export type Target =
  | (At & { readonly kind: 'name'; readonly name: string })
  | (At & { readonly kind: 'namespace-attribute'; readonly namespace: string; readonly attribute: string })
  | (At & { readonly kind: 'tuple'; readonly items: readonly Target[] });

export interface Parameter extends At {
  readonly name: string;
  readonly default: Expression | undefined;
  /** The type behind a parameter, as in dbt's `macro m(a: str, b: list[int])`. Arguments are not checked against it. */
  readonly type: string | undefined;
}

export type Body = readonly Statement[];

export type Statement =
  | (At & { readonly kind: 'text'; readonly text: string })
  | (At & { readonly kind: 'print'; readonly expression: Expression })
  | (At & { readonly kind: 'do'; readonly expression: Expression })
  | (At & { readonly kind: 'set'; readonly target: Target; readonly value: Expression })
  | (At & {
      readonly kind: 'set-block';
      readonly target: Target;
      readonly filter: Filter | undefined;
      readonly body: Body;
    })
  | (At & {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly body: Body }[];
      readonly otherwise: Body;
    })
  | For
  | (At & { readonly kind: 'break' | 'continue' })
  | MacroDefinition
  | CallBlock
  | (At & { readonly kind: 'filter-block'; readonly filter: Filter; readonly body: Body })
  | (At & {
      readonly kind: 'with';
      readonly assignments: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: Body;
    })
  | NamedBlock
  | (At & { readonly kind: 'unsupported'; readonly reason: string });

export interface For extends At {
  readonly kind: 'for';
  readonly target: Target;
  readonly items: Expression;
  readonly condition: Expression | undefined;
  readonly isRecursive: boolean;
  readonly body: Body;
  readonly otherwise: Body;
}

/** `{% block name %}`. */
export interface NamedBlock extends At {
  readonly kind: 'block';
  readonly name: string;
  /** A scoped block sees the variables of the loops around it; another block sees those of the template alone. */
  readonly isScoped: boolean;
  readonly body: Body;
}

/**
 * Parameters of a macro, and which arguments it takes beyond them: the names that its body reads decide that
 * (Jinja: find_undeclared).
 */
export interface Signature {
  readonly parameters: readonly Parameter[];
  readonly usesVarargs: boolean;
  readonly usesKwargs: boolean;
  readonly usesCaller: boolean;
}

export interface MacroDefinition extends At {
  readonly kind: 'macro';
  readonly name: string;
  readonly signature: Signature;
  readonly body: Body;
}

export interface CallBlock extends At {
  readonly kind: 'call-block';
  readonly call: Call;
  readonly caller: MacroDefinition;
}
