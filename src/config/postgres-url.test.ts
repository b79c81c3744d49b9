import { expect, test } from 'vitest';
import { fillUrl, isWholeUrl } from './postgres-url.ts';

const location = { file: 'fenceline.yml', line: 4, column: 8 };
const URL = ['$', '{DATABASE_URL}'].join('');

test('the address is what the variable holds, which is not read again', () => {
  expect(fillUrl({ text: URL, location }, { DATABASE_URL: `postgres://ana:${URL}@db/clinic` })).toBe(
    `postgres://ana:${URL}@db/clinic`,
  );
  expect(fillUrl({ text: 'postgres://db/clinic', location }, {})).toBe('postgres://db/clinic');
});

test.each([{}, { DATABASE_URL: '' }])('a variable that is not set is told at its place', (environment) => {
  expect(() => fillUrl({ text: URL, location }, environment)).toThrow(
    /^fenceline\.yml:4:8 the environment variable DATABASE_URL is not set\n/,
  );
});

test.each([
  `postgres://${URL}/db`,
  `postgres://ana:${URL}@db/clinic`,
  `${URL}.evil.example`,
  `${URL}${URL}`,
  ` ${URL}`,
  'postgres://ana@${',
])('%s is more than one whole variable', (text) => {
  expect(isWholeUrl(text)).toBe(false);
});
