import { expect, test } from 'vitest';
import { type Lines, LONGEST_LINE, linesOf, mergedLines } from './lines.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield Buffer.from(text);
  }
}

async function textsOf(lines: AsyncIterable<Lines>): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { bytes } of lines) texts.push(bytes.toString());
  return texts;
}

test('lines are whole, however they are cut, and a long one stands alone', async () => {
  const long = 'x'.repeat(LONGEST_LINE);
  expect(await textsOf(linesOf(pieces('a\nb', 'c\n', long, 'y\nd\n', 'lost')))).toEqual([
    'a\n',
    'bc\n',
    `${long}y`,
    'd\n',
  ]);
});

test('the lines of two copies stay whole beside each other', async () => {
  const both = mergedLines([linesOf(pieces('a1\na', '2\na3\n')), linesOf(pieces('b', '1\n', 'b2\n', 'b3', '\n'))]);
  const lines = (await textsOf(both)).join('').split('\n');
  expect(lines.toSorted()).toEqual(['', 'a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
  expect(lines.filter((line) => line.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
});

test('a copy that fails ends another one that stands still, also while nobody waits for a piece', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('a\n');
    throw new Error('the connection is lost');
  }
  async function* still(): AsyncGenerator<Buffer> {
    await new Promise(() => undefined);
    yield Buffer.from('never\n');
  }
  const slow = (async () => {
    for await (const _ of mergedLines([linesOf(failing()), linesOf(still())])) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  await expect(slow).rejects.toThrow('the connection is lost');
});
