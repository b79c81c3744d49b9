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
  /** `Infinity` where there is no upper bound. */
  readonly most: number;
  readonly isLazy: boolean;
}

/** Lookahead and lookbehind. */
export interface Look {
  readonly kind: 'look';
  readonly node: RegexNode;
  /** How far to go back first; 0 for what lies ahead. */
  readonly back: number;
  readonly isNegated: boolean;
}

export interface Conditional {
  readonly kind: 'conditional';
  readonly group: number;
  readonly then: RegexNode;
  readonly otherwise: RegexNode;
}

/** Whether a character, as its code point, is one of a set. */
export type CharacterTest = (code: number) => boolean;

/** Whether something holds between two characters: `^`, `\b`. */
export type PositionTest = (text: readonly number[], at: number, end: number) => boolean;

/** Characters that count as one fold to the same code point. */
export type Fold = (code: number) => number;

export interface Regex {
  readonly node: RegexNode;
  /** Capturing groups, without the whole match. */
  readonly groups: number;
  /** Numbers of the named groups, in their order. */
  readonly names: ReadonlyMap<string, number>;
  /** The flags in force, those the pattern itself sets included. */
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
