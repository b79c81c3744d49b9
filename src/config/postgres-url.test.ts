import { expect, test } from 'vitest';
import { fillUrl } from './postgres-url.ts';

const location = { file: 'fenceline.yml', line: 4, column: 8 };

test('each variable is replaced by what it holds, which is not read again', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
  const text = 'postgres://${USER}:${PASSWORD}@db/${NAME}';

  // biome-ignore lint/suspicious/noTemplateCurlyInString: a password may look like a variable
  const environment = { USER: 'ana', PASSWORD: '${USER}', NAME: 'clinic' };

  // biome-ignore lint/suspicious/noTemplateCurlyInString: a password may look like a variable
  expect(fillUrl({ text, location }, environment)).toBe('postgres://ana:${USER}@db/clinic');
});

test('every variable that is not set, or is empty, is told at its place without the others', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: fenceline.yml writes variables like this
  const text = 'postgres://ana:${PASSWORD}@${HOST}/${NAME}';

  expect(() => fillUrl({ text, location }, { PASSWORD: 's3cretword', NAME: '' })).toThrow(
    /^fenceline\.yml:4:8 the environment variable HOST is not set\n.*\nfenceline\.yml:4:8 the environment variable NAME is not set\n[^\n]*$/,
  );
});
