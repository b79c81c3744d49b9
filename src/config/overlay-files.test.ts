import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserError } from '../user-error.ts';
import { overlayFiles } from './overlay-files.ts';
import { openProjectFiles, type ProjectFiles } from './project-files.ts';

let folder: string;
let files: ProjectFiles;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fenceline-overlay-'));
  mkdirSync(join(folder, 'models/a'), { recursive: true });
  for (const name of ['one', 'two', 'three']) writeFileSync(join(folder, `models/a/${name}.sql`), name);
  files = overlayFiles(
    openProjectFiles(folder),
    new Map([
      ['models/a/one.sql', 'changed'],
      ['models/a/two.sql', undefined],
      ['models/b/two.sql', 'moved'],
    ]),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  { path: 'models/a/one.sql', text: 'changed' },
  { path: 'models/b/two.sql', text: 'moved' },
  { path: 'models/a/three.sql', text: 'three' },
])('$path reads as $text', ({ path, text }) => {
  expect(files.exists(path)).toBe(true);
  expect(files.read(path)).toBe(text);
});

test('a file that is gone is not there', () => {
  expect(files.exists('models/a/two.sql')).toBe(false);
  expect(() => files.read('models/a/two.sql')).toThrow(UserError);
});

test.each([
  { under: 'models', extension: '.sql', finds: ['models/a/one.sql', 'models/a/three.sql', 'models/b/two.sql'] },
  { under: 'models/b', extension: '.sql', finds: ['models/b/two.sql'] },
  { under: '.', extension: '.sql', finds: ['models/a/one.sql', 'models/a/three.sql', 'models/b/two.sql'] },
  { under: 'models', extension: '.yml', finds: [] },
])('files $extension below $under are $finds', ({ under, extension, finds }) => {
  expect(files.list(under, [extension])).toEqual(finds);
});
