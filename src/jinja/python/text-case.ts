import { characters } from './text.ts';

const UPPER = /[\p{Uppercase}\p{Lt}]/u;
const LOWER = /[\p{Lowercase}\p{Lt}]/u;

export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !LOWER.test(text);
}

export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !UPPER.test(text);
}

/** Python's istitle(): words begin with a capital letter, and no other letter is one. */
export function isTitle(text: string): boolean {
  const cased = /^[\p{Uppercase}\p{Lt}]\p{Lowercase}*$/u;
  const words = text.match(/[\p{Lowercase}\p{Uppercase}\p{Lt}]+/gu) ?? [];
  return words.length > 0 && words.every((word) => cased.test(word));
}

export function capitalize(text: string): string {
  const [first = ''] = characters(text.slice(0, 2));
  // A sigma at the end of a word has another lower case, so the text is converted as a whole.
  return titleCharacter(first) + text.toLowerCase().slice(first.toLowerCase().length);
}

/** Python's title(): a letter behind a character without case begins a word. */
export function titleCase(text: string): string {
  return text.replace(/\p{Cased}+/gu, capitalize);
}

export function swapCase(text: string): string {
  return text.replace(/\p{Lowercase}|\p{Uppercase}/gu, (character, offset: number) => {
    if (/\p{Lowercase}/u.test(character)) return character.toUpperCase();
    return character === 'Σ' ? lowerSigma(text, offset) : character.toLowerCase();
  });
}

/** The text for comparisons without case (Python: casefold). */
export function caseFold(text: string): string {
  return characters(text).map(foldCharacter).join('');
}

/** The lower case of the upper case, so that `ſ` and `s` become one. Cherokee letters keep their upper case. */
function foldCharacter(character: string): string {
  if (character === 'ı') return character;
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(character)) return character.toUpperCase();
  return character.replace('ẞ', 'ß').toUpperCase().toLowerCase();
}

function lowerSigma(text: string, offset: number): string {
  return text.toLowerCase().charAt(text.slice(0, offset).toLowerCase().length);
}

const DIGRAPHS = ['Ǆǅǆ', 'Ǉǈǉ', 'Ǌǋǌ', 'Ǳǲǳ'];

/** The title case of a character. Digraphs, ligatures and some Greek letters have one that differs from upper case. */
function titleCharacter(character: string): string {
  const digraph = DIGRAPHS.find((forms) => character !== '' && forms.includes(character));
  if (digraph) return digraph.charAt(1);
  if (/[\u10d0-\u10ff]/.test(character) || character === 'ŉ') return character === 'ŉ' ? 'ʼN' : character;
  const upper = character.toUpperCase();
  const parts = character.normalize('NFD');
  if (parts.length > 1 && parts.endsWith('\u0345')) {
    return (parts.charAt(0).toUpperCase() + parts.slice(1)).normalize('NFC');
  }
  const [first = '', ...rest] = characters(upper);
  return first + rest.join('').toLowerCase();
}
