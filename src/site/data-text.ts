/** Signs for the digits of base64 and for `+` and `/`. None of them means anything in HTML. */
const SIGNS = '!#$%()*,-.:;';
const PLAIN = '0123456789+/';

/**
 * Base64 without digits: compressed data is random text, in which a search of the file for a number, or for a value with
 * digits, would find one by chance.
 */
export function withoutDigits(base64: string): string {
  return base64.replaceAll(/[0-9+/]/g, (character) => SIGNS[PLAIN.indexOf(character)] ?? '');
}

export function withDigits(text: string): string {
  return text.replaceAll(/[!#$%()*,\-.:;]/g, (sign) => PLAIN[SIGNS.indexOf(sign)] ?? '');
}
