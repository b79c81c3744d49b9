/** A value and what is read of it behind the mask. */
export interface Known {
  readonly text: string;
  readonly output: string;
}

/**
 * Which values come back to somebody who knows half of the others in clear (a known-plaintext attack): ciphers that
 * replace letter by letter, wherever or at each position anew, and numbers or dates that are moved by a constant.
 * However secret the key is, these give it away.
 */
export function decipheredShare(all: readonly Known[]): number {
  const stripped = withoutCommonEnds(all);
  // Seven divides the length of no list of names: each name is in both halves.
  const known = stripped.filter((_, index) => index % 7 < 4);
  const asked = stripped.filter((_, index) => index % 7 >= 4);
  const everywhere = bySubstitution(known, asked, () => '');
  const byPosition = bySubstitution(known, asked, (position) => String(position));
  return Math.max(everywhere, byPosition, byArithmetic(all));
}

/** What all outputs begin and end with belongs to the mask. */
function withoutCommonEnds(all: readonly Known[]): readonly Known[] {
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

function bySubstitution(
  known: readonly Known[],
  asked: readonly Known[],
  alphabetOf: (position: number) => string,
): number {
  const sameLength = ({ text, output }: Known) => text.length === output.length;
  if (!known.every(sameLength)) return 0;
  const letters = new Map<string, string | undefined>();
  for (const { text, output } of known) {
    for (const [position, letter] of [...output].entries()) {
      const key = alphabetOf(position) + letter;
      const original = text[position];
      letters.set(key, !letters.has(key) || letters.get(key) === original ? original : undefined);
    }
  }
  const isRead = ({ text, output }: Known) =>
    [...output].every((letter, position) => letters.get(alphabetOf(position) + letter) === text[position]);
  return asked.filter(isRead).length / Math.max(1, asked.length);
}

/** Plus, times or xor a constant. */
function byArithmetic(all: readonly Known[]): number {
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

/** Dates count in days. */
function numberOf(text: string): bigint | undefined {
  if (/^-?\d{1,38}$/.test(text)) return BigInt(text);
  const date = /^(\d{4}-\d{2}-\d{2})(?: 00:00:00)?$/.exec(text)?.[1];
  return date === undefined ? undefined : BigInt(Math.floor(Date.parse(date) / 86_400_000));
}
