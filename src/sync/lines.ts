/** Bytes of the longest line that the engine reads from a pipe. Its memory grows with this limit. */
export const LONGEST_LINE = 2_000_000;

/** Complete lines, or one line that is longer than {@link LONGEST_LINE}, then without its end. */
export interface Lines {
  readonly isLong: boolean;
  readonly bytes: Buffer;
}

const NEWLINE = 0x0a;

/**
 * Cuts the bytes of a COPY at ends of lines, so that a line that is too long for the engine stands alone. COPY's text has no
 * other newline than the one that ends a row. The pieces may not be longer than {@link LONGEST_LINE} themselves. A line
 * without its end is left out: the server's count of rows then differs.
 */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Lines> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    const first = piece.indexOf(NEWLINE);
    if (first === -1) {
      held.push(piece);
      size += piece.length;
      continue;
    }
    let start = 0;
    if (size + first > LONGEST_LINE) {
      yield { isLong: true, bytes: Buffer.concat([...held, piece.subarray(0, first)]) };
      [held, start] = [[], first + 1];
    }
    const end = piece.lastIndexOf(NEWLINE) + 1;
    const whole = piece.subarray(start, end);
    if (whole.length > 0) yield { isLong: false, bytes: held.length === 0 ? whole : Buffer.concat([...held, whole]) };
    held = end < piece.length ? [piece.subarray(end)] : [];
    size = piece.length - end;
  }
}

/** Merges the lines of several copies: it gives each piece as soon as it has come. The first error ends all copies. */
export async function* mergedLines(copies: readonly AsyncIterable<Lines>[]): AsyncGenerator<Lines> {
  const sources = copies.map((lines) => lines[Symbol.asyncIterator]());
  const next = (index: number) => {
    const piece = sources[index]?.next().then((result) => ({ index, result }));
    // A rejection that nobody awaits would end the process. The next `race` still gets the error.
    piece?.catch(() => undefined);
    return piece;
  };
  const waiting = new Map(sources.map((_, index) => [index, next(index)]));
  try {
    while (waiting.size > 0) {
      const first = await Promise.race(waiting.values());
      if (!first) return;
      const { index, result } = first;
      if (result.done) {
        waiting.delete(index);
        continue;
      }
      waiting.set(index, next(index));
      yield result.value;
    }
  } finally {
    // The end is not awaited: a copy that stands still ends only when its connection is cut.
    for (const index of waiting.keys()) void sources[index]?.return?.()?.catch(() => undefined);
  }
}
