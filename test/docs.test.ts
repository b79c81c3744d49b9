import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spell, traceQuery } from '../src/lineage/testing/trace-query.ts';
import { sql } from '../src/sql.ts';
import { openDuckDB } from '../src/warehouse/duckdb.ts';
import type { Warehouse } from '../src/warehouse/warehouse.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const textOf = (name: string) => readFileSync(join(ROOT, name), 'utf8');

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`
    create table users (id int, email varchar, phone varchar, last_name varchar, born date);
    create table logins (address varchar)`);
});
afterAll(() => warehouse[Symbol.asyncDispose]());

/** Rows of the tables in how-it-decides.md whose first two cells are a query and a flow. */
const queries = [...textOf('docs/how-it-decides.md').matchAll(/^\| `(select .*?)` \| `([A-Z_]+ .*?)` \|/gm)].map(
  ([, query = '', flow = '']) => ({ query, flow }),
);

test.each(queries)('$query has the flow that the docs say', async ({ query, flow }) => {
  const { columns, rows } = spell(await traceQuery(query, warehouse));

  expect([...(columns.at(-1) ?? []), ...rows]).toContain(flow);
});

test('the docs show direct and indirect flows', () => {
  expect(queries.length).toBeGreaterThan(12);
});

/** GitHub's anchors: lower case, without punctuation, blanks as hyphens. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

test.each(DOCUMENTS)('%s links to what is there', (name) => {
  const links = [...textOf(name).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? name : join(dirname(name), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
  });

  expect(broken).toEqual([]);
});

/** Rows of SECURITY.md that end in a test file and the name of a test, or a part of it. */
const promises = [...textOf('SECURITY.md').matchAll(/^\| .* \| (.*?) \| `(\S+\.test\.ts)` \| (.*?) \|$/gm)].map(
  ([, promise = '', file = '', name = '']) => ({ promise, file, name }),
);

test.each(promises)('a test holds the promise: $promise', ({ file, name }) => {
  expect(textOf(file)).toContain(name);
});

test('SECURITY.md has promises', () => {
  expect(promises.length).toBeGreaterThan(15);
});
