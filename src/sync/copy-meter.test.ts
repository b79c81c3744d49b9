import { expect, test } from 'vitest';
import { metered, movedText } from './copy-meter.ts';

test.each([
  { bytes: 120e6, expected: 450e6, seconds: 2, text: '120 MB of about 450 MB, 60.0 MB/s, about 6 s left' },
  { bytes: 500e6, expected: 450e6, seconds: 5, text: '500 MB, 100.0 MB/s' },
  { bytes: 3e6, expected: 0, seconds: 1.5, text: '3 MB, 2.0 MB/s' },
])('$text', ({ bytes, expected, seconds, text }) => {
  expect(movedText(bytes, expected, seconds)).toBe(text);
});

test('all lines are passed on, and a slow copy is told', async () => {
  async function* slow() {
    yield { isLong: false, bytes: Buffer.from('a') };
    await new Promise((resolve) => setTimeout(resolve, 600));
    yield { isLong: true, bytes: Buffer.from('b') };
  }
  const texts: string[] = [];
  const passed: string[] = [];
  for await (const piece of metered(slow(), { name: 'public.event', bytes: 0 }, (event) => {
    if (event.kind === 'update') texts.push(event.text);
  })) {
    passed.push(piece.bytes.toString());
  }
  expect(passed).toEqual(['a', 'b']);
  expect(texts).toEqual(['public.event: 0 MB, 0.0 MB/s']);
});
