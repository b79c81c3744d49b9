import { expect, test } from 'vitest';
import { withoutUser } from './checkout.ts';

test.each([
  ['https://github.com/o/r.git', 'https://github.com/o/r.git'],
  ['https://x-access-token:ghs_abc@github.com/o/r', 'https://github.com/o/r'],
  ['https://user:p@ss@github.com/o/r', 'https://github.com/o/r'],
  ['https://github.com/o/r?token=abc#x', 'https://github.com/o/r'],
  ['ssh://git@github.com:22/o/r', 'ssh://github.com:22/o/r'],
  ['git@github.com:o/r.git', 'github.com:o/r.git'],
  ['/srv/git/r.git', undefined],
  ['C:\\git\\r', undefined],
  ['', undefined],
])('the remote %s is shown as %s', (remote, shown) => {
  expect(withoutUser(remote)).toBe(shown);
});
