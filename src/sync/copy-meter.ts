import type { Progress } from '../progress.ts';
import type { Lines } from './lines.ts';

/** A table whose bytes are counted while it is copied. */
interface MeteredTable {
  /** `public.event` */
  readonly name: string;
  /** Bytes of the table in Postgres; its rows as text have about as many. 0 where that is not known. */
  readonly bytes: number;
}

/** Milliseconds between two lines about a table. */
const PERIOD = 500;

/** Passes the lines of a copy on, and shows its progress: `public.event: 120 MB of about 450 MB, 62.0 MB/s, about 5 s left`. */
export async function* metered(
  pieces: AsyncIterable<Lines>,
  { name, bytes: expected }: MeteredTable,
  progress: Progress,
): AsyncGenerator<Lines> {
  const started = performance.now();
  let [bytes, told] = [0, started];
  for await (const piece of pieces) {
    yield piece;
    bytes += piece.bytes.length;
    const now = performance.now();
    if (now - told < PERIOD) continue;
    told = now;
    progress({ kind: 'update', stage: 'sync', text: `${name}: ${movedText(bytes, expected, (now - started) / 1000)}` });
  }
}

/** @param seconds time since the first byte */
export function movedText(bytes: number, expected: number, seconds: number): string {
  const rate = bytes / seconds;
  const speed = `${(rate / 1e6).toFixed(1)} MB/s`;
  if (expected <= bytes) return `${megabytes(bytes)}, ${speed}`;
  const left = Math.ceil((expected - bytes) / rate);
  return `${megabytes(bytes)} of about ${megabytes(expected)}, ${speed}, about ${left} s left`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
