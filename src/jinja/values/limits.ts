/** The limits of one rendering. Beyond one, it ends with an error at the current place in the template. */
export interface Limits {
  /** Characters of rendered text, including the output of macros. */
  readonly output: number;
  /** Rounds of all loops, and items that filters visit. */
  readonly iterations: number;
  /** Levels of macros that call each other. */
  readonly depth: number;
  /** Characters and items that all operators, filters and methods together may touch. */
  readonly work: number;
}

export const DEFAULT_LIMITS: Limits = { output: 50_000_000, iterations: 1_000_000, depth: 200, work: 100_000_000 };

/** The longest text, in UTF-16 units, and the longest list that one operation may make. */
export const MAX_TEXT = 10_000_000;
export const MAX_ITEMS = 1_000_000;

/** The longest range (Jinja: MAX_RANGE of the sandbox). */
export const MAX_RANGE = 100_000;

/** The size of the largest int, in bits: the result of a power or a shift beyond it could take all memory. */
export const MAX_BITS = 100_000;
