/** The part of a value that a function takes, spelled as a text: the same part of two values is the same text. */
export type Part = `${'text' | 'date' | 'test'} ${string}` | 'measure';

/**
 * The part that is left of a value. Parts of a `size` (how much there is of something: a length, a number of rows) and
 * of `pieces` (any piece of a text, in one row or another) are again the whole. `elements` counts what is in a value:
 * that is something only where the value is made to a size, which a model before may have done.
 */
export type Share = Part | 'size' | 'pieces' | 'elements';
