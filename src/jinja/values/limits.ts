/** What one rendering may use up; a template that wants more is stopped with an error at the place where it is. */
export interface Limits {
  /** Characters of rendered text, the output of macros included. */
  readonly output: number;
  /** Rounds of all loops and of the filters that visit items. */
  readonly iterations: number;
  /** Macros inside macros. */
  readonly depth: number;
  /** Characters and items that operators, filters and methods may touch, all together. */
  readonly work: number;
}

export const DEFAULT_LIMITS: Limits = { output: 50_000_000, iterations: 1_000_000, depth: 200, work: 100_000_000 };

/** The longest string and the longest list one operation may make, whatever the limits of the rendering. */
export const MAX_TEXT = 10_000_000;
export const MAX_ITEMS = 1_000_000;

/** The longest range (Jinja: MAX_RANGE of the sandbox). */
export const MAX_RANGE = 100_000;

/** The largest whole number, in bits: powers and shifts beyond it would take all memory. */
export const MAX_BITS = 100_000;
