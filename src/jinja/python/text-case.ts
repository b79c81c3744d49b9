import { characters } from './text.ts';

const UPPER = /[\p{Uppercase}\p{Lt}]/u;
const LOWER = /[\p{Lowercase}\p{Lt}]/u;

export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !LOWER.test(text);
}

export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !UPPER.test(text);
}

/** Capital letters where words begin and nowhere else. */
export function isTitle(text: string): boolean {
  const cased = /^[\p{Uppercase}\p{Lt}]\p{Lowercase}*$/u;
  const words = text.match(/[\p{Lowercase}\p{Uppercase}\p{Lt}]+/gu) ?? [];
  return words.length > 0 && words.every((word) => cased.test(word));
}

export function capitalize(text: string): string {
  const [first = ''] = characters(text.slice(0, 2));
  // The end of a word decides how a sigma is written, so the text is lowered as a whole.
  return titleCharacter(first) + text.toLowerCase().slice(first.toLowerCase().length);
}

/** Python's title(): a letter after anything that has no case begins a word. */
export function titleCase(text: string): string {
  return text.replace(/\p{Cased}+/gu, capitalize);
}

export function swapCase(text: string): string {
  return text.replace(/\p{Lowercase}|\p{Uppercase}/gu, (character, offset: number) => {
    if (/\p{Lowercase}/u.test(character)) return character.toUpperCase();
    return character === 'Σ' ? lowerSigma(text, offset) : character.toLowerCase();
  });
}

/** Text for comparing without case (Python: casefold). */
export function caseFold(text: string): string {
  return characters(text).map(foldCharacter).join('');
}

/** Small letters, by way of the capitals: `ſ` and `s` have the same one. Cherokee keeps the capitals. */
function foldCharacter(character: string): string {
  if (character === 'ı') return character;
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(character)) return character.toUpperCase();
  return character.replace('ẞ', 'ß').toUpperCase().toLowerCase();
}

function lowerSigma(text: string, offset: number): string {
  return text.toLowerCase().charAt(text.slice(0, offset).toLowerCase().length);
}

const DIGRAPHS = ['Ǆǅǆ', 'Ǉǈǉ', 'Ǌǋǌ', 'Ǳǲǳ'];

/** The form of a character at the start of a word, which for digraphs, ligatures and some Greek is no capital. */
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
