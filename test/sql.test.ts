import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources } from './imports.ts';
import { unsafeSql } from './unsafe-sql.ts';

test('SQL is put together by the tag alone', () => {
  expect(unsafeSql(readSources(join(import.meta.dirname, '../src')))).toEqual([]);
});

/** The cases spell `${` as `#{`: in a string of its own it would look like a mistake. */
function withPlaceholders(text: string): string {
  return text.replaceAll('#{', '$' + '{');
}

test.each([
  ['an import of what makes SQL of a string', 'build/zz.ts', "import { SqlText } from '../trusted-sql.ts';"],
  ['the same later', 'lineage/zz.ts', "const { SqlText } = await import('../trusted-sql.ts');"],
  ['a cast', 'sync/zz.ts', 'await warehouse.run({ text } as Sql);'],
  ['a cast over unknown', 'sync/zz.ts', 'await warehouse.run(text as unknown as Sql);'],
  ['the tag as a function', 'contract/rows/zz.ts', 'await warehouse.run(sql(Object.assign([text], { raw: [text] })));'],
  ['a template as text of a project', 'lineage/zz.ts', 'await warehouse.plan(projectSql(`select #{name}`));'],
  ['a sum as text of a project', 'lineage/zz.ts', "await warehouse.describe(projectSql(before + ' limit 0'));"],
  ['a list as text of a project', 'lineage/zz.ts', "await warehouse.plan(projectSql(parts.join(' ')));"],
  ['a template into the port', 'build/zz.ts', 'await warehouse.rows(`select #{column} from t`);'],
  ['a template for later', 'pipeline/zz.ts', 'const drop = `drop table #{name}`;'],
  ['a template over lines', 'contract/zz.ts', 'const text = `\n  with a as (select 1)\n  select #{column} from a`;'],
  ['a raw template', 'contract/rows/zz.ts', "const text = String.raw`select '\\d' || #{column}`;"],
  ['a sum', 'commands/zz.ts', "const text = 'select * from ' + name;"],
])('a planted way around it is reported: %s', (_, file, text) => {
  expect(unsafeSql(new Map([[file, withPlaceholders(text)]]))).not.toEqual([]);
});

test.each([
  ['the tag', 'build/zz.ts', 'await session.run(sql`drop table #{relation(model)}`);'],
  ['a nested tag', 'build/zz.ts', 'const on = joinSql(keys.map((key) => sql`update #{identifier(key)}`), sql` and `);'],
  ['a message', 'build/zz.ts', "const fix = `use one of: #{names.join(', ')}`;"],
  ['text of a project', 'lineage/zz.ts', 'await warehouse.plan(projectSql(sql.text));'],
])('what is right is not: %s', (_, file, text) => {
  expect(unsafeSql(new Map([[file, withPlaceholders(text)]]))).toEqual([]);
});
