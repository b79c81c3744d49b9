import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProjectFiles } from './project-files.ts';

function listed(link: string | undefined): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'fenceline-files-'));
  try {
    mkdirSync(join(folder, 'project/models'), { recursive: true });
    writeFileSync(join(folder, 'outside.txt'), 'select 1');
    writeFileSync(join(folder, 'project/inside.txt'), 'select 1');
    writeFileSync(join(folder, 'project/models/a.SQL'), 'select 1');
    writeFileSync(join(folder, 'project/models/b.sql'), 'select 1');
    if (link !== undefined) symlinkSync(link, join(folder, 'project/models/c.sql'));
    return openProjectFiles(join(folder, 'project')).list('models', ['.sql']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cases = [
  { name: 'an extension counts in any case', link: undefined, files: ['models/a.SQL', 'models/b.sql'] },
  {
    name: 'a link to a file of the project counts',
    link: '../inside.txt',
    files: ['models/a.SQL', 'models/b.sql', 'models/c.sql'],
  },
  { name: 'a link to nothing does not count', link: '../gone.txt', files: ['models/a.SQL', 'models/b.sql'] },
];
test.each(cases)('$name', ({ link, files }) => {
  expect(listed(link)).toEqual(files);
});

test('a link to a file outside of the project is refused', () => {
  expect(() => listed('../../outside.txt')).toThrow('models/c.sql is a link to a file outside of the project');
});
