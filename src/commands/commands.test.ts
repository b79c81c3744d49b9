import { expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';

test.each(COMMANDS)('the example of $name is written with flags that it has', ({ name, example, flags }) => {
  const words = example.split(' ');
  const names = flags.flatMap(({ written }) => written.split(/[ ,]+/).filter((word) => word.startsWith('-')));

  expect(`${example} `).toMatch(`fenceline ${name} `);
  expect(names).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('-'))));
});

test.each(COMMANDS)('no flag of $name is there twice', ({ flags }) => {
  const written = flags.map((flag) => flag.written);
  expect(new Set(written).size).toBe(written.length);
});
