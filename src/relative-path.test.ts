import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { relativePath } from './relative-path.ts';

test.each([
  { from: 'D:\\a\\repo', to: 'D:\\a\\repo\\data\\clinic', paths: win32, path: 'data/clinic' },
  { from: 'D:\\a\\repo', to: 'd:\\A\\REPO', paths: win32, path: '' },
  { from: 'D:\\a\\repo', to: 'D:\\a\\other', paths: win32, path: '../other' },
  { from: 'D:\\a\\repo', to: 'C:\\a\\repo\\data', paths: win32, path: undefined },
  { from: 'D:\\a\\repo', to: '\\\\server\\share\\data', paths: win32, path: undefined },
  { from: '/a/repo', to: '/a/repo/data\\clinic', paths: posix, path: 'data\\clinic' },
])('from $from to $to', ({ from, to, paths, path }) => {
  expect(relativePath(from, to, paths)).toBe(path);
});
