import { expect, test } from 'vitest';
import { readDbtProject } from './dbt-project.ts';
import type { ProjectFiles } from './project-files.ts';

function read(text: string) {
  const files: ProjectFiles = { directory: '/project', read: () => text, exists: () => true, list: () => [] };
  return readDbtProject(files);
}

test.each([
  'seed-paths: ["../../x"]',
  'model-paths: [models, ".."]',
  'macro-paths: ["macros/../../x"]',
  'test-paths: ["/etc"]',
  'snapshot-paths: ["..\\\\x"]',
  'analysis-paths: ["C:\\\\x"]',
  'docs-paths: ["./../x"]',
  'packages-install-path: ../packages',
])('a folder outside of the project is refused: %s', (line) => {
  expect(() => read(`name: app\n${line}\n`)).toThrow(
    /^dbt_project\.yml:2:\d+ [\w-]+ names '.*', which is not in the project folder/,
  );
});

test.each(['seed-paths: [data, "..data", "./a/../seeds"]', 'packages-install-path: vendor/packages'])(
  'a folder in the project is taken: %s',
  (line) => {
    expect(read(`name: app\n${line}\n`).name).toBe('app');
  },
);

test('of a repeated key the last value counts, with a warning', () => {
  const { configs, remarks } = read(
    'name: app\nmodels:\n  app: {+tags: [x], a: {+enabled: true}}\n  app: {+tags: [x]}\n',
  );
  expect(configs.models).toEqual({ app: { '+tags': ['x'] } });
  expect(remarks.map(({ message }) => message)).toEqual(["'app' is here a second time: the first is in line 3"]);
});

test.each(['+tags: [pii]', 'meta: {pii: true}', 'a: {+meta: {pii: true}}'])(
  'a repeated key whose first value has %s is an error',
  (mark) => {
    expect(() => read(`name: app\nseeds:\n  app: {${mark}}\n  app: {+enabled: true}\n`)).toThrow('a second time');
  },
);
