/** The letters and digits of a text without case and accents, by which a value is recognized. */
export function essence(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** Length of the shortest piece that counts: shorter ones are in most texts by chance. */
const SHORTEST_PIECE = 3;

/** Length of the longest run of characters that is in both; 0 where it is below three. */
export function longestPiece(value: string, output: string): number {
  let longest = 0;
  for (let start = 0; start + Math.max(SHORTEST_PIECE, longest + 1) <= value.length; start++) {
    let length = Math.max(SHORTEST_PIECE, longest + 1);
    while (start + length <= value.length && output.includes(value.slice(start, start + length))) longest = length++;
  }
  return longest;
}

/** Whether both have the same letters and digits, in any order. */
export function isRearranged(value: string, output: string): boolean {
  return value.length === output.length && [...value].sort().join('') === [...output].sort().join('');
}
