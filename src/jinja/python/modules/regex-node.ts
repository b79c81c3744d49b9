/** A parsed regular expression of Python. */
export type RegexNode =
  | { readonly kind: 'character'; readonly matches: CharacterTest }
  | { readonly kind: 'sequence'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly RegexNode[] }
  | Repeat
  | { readonly kind: 'capture'; readonly group: number; readonly node: RegexNode }
  | { readonly kind: 'atomic'; readonly node: RegexNode }
  | Look
  | { readonly kind: 'backreference'; readonly group: number; readonly fold: Fold }
  | Conditional
  | { readonly kind: 'position'; readonly holds: PositionTest };

export interface Repeat {
  readonly kind: 'repeat';
  readonly node: RegexNode;
  readonly least: number;
  /** `Infinity` without an upper bound. */
  readonly most: number;
  readonly isLazy: boolean;
}

/** A lookahead or lookbehind. */
export interface Look {
  readonly kind: 'look';
  readonly node: RegexNode;
  /** Characters to go back before matching; 0 for a lookahead. */
  readonly back: number;
  readonly isNegated: boolean;
}

export interface Conditional {
  readonly kind: 'conditional';
  readonly group: number;
  readonly then: RegexNode;
  readonly otherwise: RegexNode;
}

/** Whether a code point belongs to a set of characters. */
export type CharacterTest = (code: number) => boolean;

/** Whether an assertion such as `^` or `\b` holds at a position. */
export type PositionTest = (text: readonly number[], at: number, end: number) => boolean;

/** Gives the same code point for all characters that are equal without case. */
export type Fold = (code: number) => number;

export interface Regex {
  readonly node: RegexNode;
  /** The number of capturing groups, without the whole match. */
  readonly groups: number;
  /** The numbers of named groups, in the order of the pattern. */
  readonly names: ReadonlyMap<string, number>;
  /** The flags of the whole pattern, including those that it sets itself. */
  readonly flags: number;
}

export const REGEX_FLAGS = {
  IGNORECASE: 2,
  LOCALE: 4,
  MULTILINE: 8,
  DOTALL: 16,
  UNICODE: 32,
  VERBOSE: 64,
  ASCII: 256,
} as const;
