import { integerArgument, textArgument } from '../values/arguments.ts';
import { PythonError } from '../values/python-error.ts';
import { Dict, typeName, type Value } from '../values/value.ts';
import { characters, checkTextLength } from './text.ts';

/** Python's text.translate(table): replaces each character by the table's entry for its code point; None removes it. */
export function translate(text: string, table: Value): string {
  if (!(table instanceof Dict))
    throw new PythonError('TypeError', `'${typeName(table)}' object is no translation table`);
  let length = 0;
  return characters(text)
    .map((character) => {
      const by = translated(character, table.get(codeOf(character)));
      length += by.length;
      checkTextLength(length);
      return by;
    })
    .join('');
}

/** Python's str.maketrans(): from a dict, or from two texts of the same length and the characters to remove. */
export function makeTranslation(from: Value, to: Value | undefined, removed: Value | undefined): Dict {
  if (to === undefined) {
    if (!(from instanceof Dict))
      throw new PythonError('TypeError', 'if you give only one argument to maketrans it must be a dict');
    return new Dict(from.entries().map(([key, value]) => [typeof key === 'string' ? singleCode(key) : key, value]));
  }
  const [old, by] = [characters(textArgument(from)), characters(textArgument(to))];
  if (old.length !== by.length) {
    throw new PythonError('ValueError', 'the first two maketrans arguments must have equal length');
  }
  const gone = characters(textArgument(removed, ''));
  return new Dict([
    ...old.map((character, index) => [codeOf(character), codeOf(by[index] ?? '')] as const),
    ...gone.map((character) => [codeOf(character), null] as const),
  ]);
}

function translated(character: string, by: Value | undefined): string {
  if (by === undefined) return character;
  if (by === null) return '';
  return typeof by === 'string' ? by : String.fromCodePoint(integerArgument(by));
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function singleCode(key: string): number {
  if (characters(key).length === 1) return codeOf(key);
  throw new PythonError('ValueError', 'string keys in translate table must be of length 1');
}
