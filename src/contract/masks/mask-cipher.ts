/** A value and the text that the mask made of it. */
export interface MaskedText {
  readonly text: string;
  readonly output: string;
}

/**
 * The share of values, 0 to 1, that somebody can decipher who knows half of the others in clear (a known-plaintext
 * attack). It breaks ciphers that replace letter by letter, by one alphabet or by one for each position, and numbers or
 * dates that a constant is added to, multiplied or xored with, however secret the key is.
 */
export function decipheredShare(all: readonly MaskedText[]): number {
  const stripped = withoutCommonEnds(all);
  // Seven divides the length of no list of names, so that each name is in both halves.
  const examples = stripped.filter((_, index) => index % 7 < 4);
  const secrets = stripped.filter((_, index) => index % 7 >= 4);
  const everywhere = bySubstitution(examples, secrets, () => '');
  const byPosition = bySubstitution(examples, secrets, (position) => String(position));
  return Math.max(everywhere, byPosition, byArithmetic(all));
}

/** Cuts off what all outputs begin and end with, which is the mask's and not the value's. */
function withoutCommonEnds(all: readonly MaskedText[]): readonly MaskedText[] {
  const outputs = all.map(({ output }) => output);
  const start = commonStart(outputs);
  const end = commonStart(outputs.map((output) => [...output.slice(start)].reverse().join('')));
  return all.map(({ text, output }) => ({ text, output: output.slice(start, output.length - end) }));
}

function commonStart(texts: readonly string[]): number {
  const [first = '', ...others] = texts;
  return others.reduce((length, text) => {
    let common = 0;
    while (common < length && text[common] === first[common]) common++;
    return common;
  }, first.length);
}

/** The share of secrets that can be read letter by letter with the alphabets that the examples show. */
function bySubstitution(
  examples: readonly MaskedText[],
  secrets: readonly MaskedText[],
  alphabetOf: (position: number) => string,
): number {
  const sameLength = ({ text, output }: MaskedText) => text.length === output.length;
  if (!examples.every(sameLength)) return 0;
  const letters = new Map<string, string | undefined>();
  for (const { text, output } of examples) {
    for (const [position, letter] of [...output].entries()) {
      const key = alphabetOf(position) + letter;
      const original = text[position];
      letters.set(key, !letters.has(key) || letters.get(key) === original ? original : undefined);
    }
  }
  const isRead = ({ text, output }: MaskedText) =>
    [...output].every((letter, position) => letters.get(alphabetOf(position) + letter) === text[position]);
  return secrets.filter(isRead).length / Math.max(1, secrets.length);
}

/** 1 where all outputs are their values plus, times or xor one constant. */
function byArithmetic(all: readonly MaskedText[]): number {
  const pairs = all.map(({ text, output }) => [numberOf(text), numberOf(output)] as const);
  const numbers = pairs.flatMap(([value, output]) =>
    value !== undefined && output !== undefined ? [[value, output] as const] : [],
  );
  if (numbers.length < all.length || numbers.length === 0) return 0;
  const differences = new Set(numbers.map(([value, output]) => output - value));
  const flipped = new Set(numbers.map(([value, output]) => output ^ value));
  const factors = new Set(
    numbers.map(([value, output]) =>
      value !== 0n && output !== 0n && output % value === 0n ? output / value : undefined,
    ),
  );
  const isConstant = (found: ReadonlySet<bigint | undefined>) => found.size === 1 && !found.has(undefined);
  return [differences, flipped, factors].some(isConstant) ? 1 : 0;
}

/** A whole number as itself, a date in days. */
function numberOf(text: string): bigint | undefined {
  if (/^-?\d{1,38}$/.test(text)) return BigInt(text);
  const date = /^(\d{4}-\d{2}-\d{2})(?: 00:00:00)?$/.exec(text)?.[1];
  return date === undefined ? undefined : BigInt(Math.floor(Date.parse(date) / 86_400_000));
}
