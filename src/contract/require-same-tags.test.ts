import { expect, test } from 'vitest';
import { load } from '../project/testing/small-project.ts';
import { requireSameTags } from './require-same-tags.ts';

const PLACE = { file: 'fenceline.yml', line: 1, column: 1 };

async function copies(second: string, exclude: readonly string[] = []): Promise<void> {
  const project = await load({
    'models/sources.yml': `sources:
  - name: raw
    schema: main
    tables:
      - {name: raw_user, columns: [{name: id}, {name: email, tags: [pii]}]}
      - ${second}
`,
  });
  const from = { schema: 'public', table: 'users' };
  const tables = [
    { name: 'user', from, to: { schema: 'main', table: 'raw_user' }, exclude: [], location: PLACE },
    { name: 'person', from, to: { schema: 'main', table: 'raw_person' }, exclude, location: PLACE },
  ];
  requireSameTags(
    { fromSources: false, drift: { table: 'warn', add: 'warn', drop: 'warn', type: 'warn' }, tables },
    project,
  );
}

test('a second copy of a table that lacks a tag of the first is refused', async () => {
  await expect(copies('{name: raw_person, columns: [{name: Email, meta: {pii: false}}]}')).rejects.toThrow(
    "models/sources.yml:6:45 source('raw', 'raw_person') is a copy of public.users, as is source('raw', 'raw_user')",
  );
});

const allowed = [
  { name: 'has the same tag', second: '{name: raw_person, columns: [{name: email, tags: [pii]}]}' },
  { name: 'is personal as a whole', second: '{name: raw_person, tags: [pii]}' },
  { name: 'lacks the column', second: '{name: raw_person, columns: [{name: id}]}', exclude: ['email'] },
];
test.each(allowed)('a second copy that $name is fine', async ({ second, exclude }) => {
  await expect(copies(second, exclude)).resolves.toBeUndefined();
});
