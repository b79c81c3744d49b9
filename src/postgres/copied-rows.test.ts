import { Duplex } from 'node:stream';
import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { CopiedRows } from './copied-rows.ts';

/** A message of the server: its code, its length and its content. */
function message(code: string, content: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length + 4);
  return Buffer.concat([Buffer.from(code), length, bytes]);
}

/** Sends bytes through a copy in pieces of these sizes, the last size repeatedly. Gives the rows, and the bytes that `pg` gets. */
async function copyThrough(bytes: Buffer, sizes: readonly number[]) {
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const left: Buffer[] = [];
  socket.on('data', (rest) => left.push(rest));
  const rows = new CopiedRows('copy t to stdout');
  const taken: Buffer[] = [];
  const reading = (async () => {
    for await (const piece of rows) taken.push(piece);
  })();
  rows.submit(new pg.Connection({ stream: () => socket }));
  for (let [place, index] = [0, 0]; place < bytes.length; index++) {
    const size = sizes[Math.min(index, sizes.length - 1)] ?? 1;
    socket.push(Buffer.from(bytes.subarray(place, place + size)));
    place += size;
  }
  return { rows, reading, taken: () => Buffer.concat(taken), left: () => Buffer.concat(left) };
}

const AFTER = Buffer.concat([message('c'), message('C', 'COPY 3\0'), message('Z', 'I')]);

test('rows arrive without their headers, however the network cuts them, and pg gets what comes after them', async () => {
  const row = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const between = fc.constantFrom('N', 'S', 'A');
  const part = fc.oneof(
    { weight: 4, arbitrary: row.map((content) => ({ content, bytes: message('d', content) })) },
    fc.tuple(between, row).map(([code, text]) => ({ content: Buffer.alloc(0), bytes: message(code, text) })),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 9 }),
      async (parts, sizes) => {
        const bytes = Buffer.concat([message('H', '\0\0\0'), ...parts.map((each) => each.bytes), AFTER]);
        const copy = await copyThrough(bytes, sizes);
        await copy.reading;
        await expect.poll(copy.left, { interval: 1 }).toEqual(AFTER);
        expect(copy.taken()).toEqual(Buffer.concat(parts.map((each) => each.content)));
      },
    ),
    { numRuns: 200 },
  );
});

test('an error of the server in the middle of the rows is none of their ends', async () => {
  const error = message('E', 'SERROR\0C57014\0\0');
  const copy = await copyThrough(Buffer.concat([message('H', '\0\0\0'), message('d', 'one\n'), error]), [7]);
  await expect.poll(copy.left, { interval: 1 }).toEqual(error);
  copy.rows.handleError(new Error('canceling statement'));
  await expect(copy.reading).rejects.toThrow('canceling statement');
});

test("the server's count is known once it has said it", () => {
  const rows = new CopiedRows('copy t to stdout');
  expect(rows.rowCount).toBe(0);
  rows.handleCommandComplete({ text: 'COPY 12' });
  expect(rows.rowCount).toBe(12);
});
