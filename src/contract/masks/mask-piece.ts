/** Letters and digits alone, without case and accents: what is left is what one recognizes a value by. */
export function essence(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** Shorter pieces are in most texts by chance. */
const SHORTEST_PIECE = 3;

/** Length of the longest run of characters that both have; 0 below three. */
export function longestPiece(value: string, output: string): number {
  let longest = 0;
  for (let start = 0; start + Math.max(SHORTEST_PIECE, longest + 1) <= value.length; start++) {
    let length = Math.max(SHORTEST_PIECE, longest + 1);
    while (start + length <= value.length && output.includes(value.slice(start, start + length))) longest = length++;
  }
  return longest;
}

/** The same letters and digits, in whatever order. */
export function isRearranged(value: string, output: string): boolean {
  return value.length === output.length && [...value].sort().join('') === [...output].sort().join('');
}
