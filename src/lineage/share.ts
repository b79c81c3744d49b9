/** What a function takes of a value, as a text: the same part of two values is the same text. */
export type Part = `${'text' | 'date' | 'test'} ${string}` | 'measure';

/**
 * What is left of a value where that is a part. Parts of a `size` (how much there is of something: a length, a number of
 * rows) and of `pieces` (any piece of a text, in one row or another) are again the whole. `elements` counts what is in a
 * value: that is something only where the value is made to a size, which a model before may have done.
 */
export type Share = Part | 'size' | 'pieces' | 'elements';
