/** The part of a value that a function takes, spelled as a text: the same part of two values is the same text. */
export type Part = `${'text' | 'date' | 'test'} ${string}` | 'measure';

/**
 * The part of a value that is left. `size`: a length or a number of rows that the value set; any part of it shows the
 * whole value. `pieces`: pieces of a text, a different one in each row; together they are the whole text. `elements`:
 * the number of elements in a value, which shows something only if a model before made the value with a `size`.
 */
export type Share = Part | 'size' | 'pieces' | 'elements';
