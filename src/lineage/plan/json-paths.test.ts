import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonPath } from '../../project/node.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { ROWS } from './flows/local-flow.ts';
import { flowsOf } from './flows/value.ts';
import { readPlan } from './read/read-plan.ts';
import { tracePlan } from './trace-operator.ts';

const PATHS: readonly JsonPath[] = ['email', 'address.street', 'items.email', 'deep', 'deep.er'].map((name) => ({
  column: 'doc',
  members: name.split('.'),
  name: `doc.${name}`,
}));

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openDuckDB(':memory:', { threads: 1 });
  await warehouse.run(testSql('pragma disable_optimizer; create table docs (id int, doc json, txt varchar)'));
});
afterAll(() => warehouse[Symbol.asyncDispose]());

async function sourcesOf(query: string): Promise<readonly string[]> {
  const answer = await warehouse.plan(testSql(query));
  if (!answer.ok) throw new Error(answer.message);
  const { columns, rows } = tracePlan(readPlan(answer.plans[0]), {
    ownerOf: () => 'docs',
    pathsOf: ({ column }) => (column === 'id' ? [] : PATHS),
    marks: new Map(),
  });
  const flows = [...columns.map(({ value }) => flowsOf(value)), rows].flatMap((set) => [...set.values()]);
  return [...new Set(flows.map(({ source }) => source.column).filter((column) => column !== ROWS))].sort();
}

const all = ['doc', 'doc.address.street', 'doc.deep', 'doc.deep.er', 'doc.email', 'doc.items.email'];
const cases: readonly (readonly [expression: string, sources: readonly string[]])[] = [
  ["doc->>'plan'", ['doc']],
  ["doc->>'email'", ['doc.email']],
  ["doc->>'$.email'", ['doc.email']],
  ["(doc->'address')->>'street'", ['doc.address.street']],
  ["doc->>'$.address.city'", ['doc']],
  ["doc->'address'", ['doc', 'doc.address.street']],
  ["doc->'items'->0->>'email'", ['doc.items.email']],
  ["doc->>'$.items[1].n'", ['doc']],
  ["doc->'deep'->>'er'", ['doc.deep', 'doc.deep.er']],
  ["doc->'deep'->>'other'", ['doc.deep']],
  ["doc::varchar::json->>'plan'", ['doc']],
  ["txt->>'plan'", ['txt']],
  ["doc->>'Email'", ['doc', 'doc.email']],
  ['doc', all],
  ["doc->>'$.*'", all],
  ["doc->>'/email'", all],
  ["doc->>lower('EMAIL')", all],
  ["json_extract(doc, ['$.plan'])", all],
  ['json_keys(doc)', all],
  ['md5(doc)', all],
];

describe('a declared path in JSON is a source of its own', () => {
  test.each(cases)('in %s', async (expression, sources) => {
    expect(await sourcesOf(`select ${expression} as x from docs`)).toEqual(sources);
  });

  test('through subqueries, unions and picked rows', async () => {
    const query = `with d as (select doc, id from docs union all select doc, id from docs)
      select arg_max({d: doc, i: id}, id).d->>'plan' as x from (select * from d where id > 1)`;

    expect(await sourcesOf(query)).toEqual(['doc', 'id']);
  });
});

// A result that changes with a part of the document must have a flow from that part, whatever reads the document.

const KEYS = [
  "'email'",
  "'plan'",
  "'address'",
  "'street'",
  "'city'",
  "'items'",
  "'n'",
  "'deep'",
  "'er'",
  "'Email'",
  '0',
  '1',
  "'0'",
];
const LOCATIONS = [
  "'$'",
  "'$.email'",
  "'$.address.street'",
  "'$.items[0].email'",
  "'$.items[*].n'",
  "'$..email'",
  "'$.*'",
  "'/address/street'",
  "'$.deep.er'",
  `'$."email"'`,
  "'$.items[#-1]'",
];

const json: fc.Arbitrary<string> = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant('doc'),
    fc.tuple(tie('json'), fc.constantFrom(...KEYS)).map(([from, key]) => `(${from}->${key})`),
    fc
      .tuple(tie('json'), fc.constantFrom(...LOCATIONS))
      .map(([from, path]) => `to_json(json_extract(${from}, ${path}))`),
    tie('json').map((from) => `(${from}::varchar::json)`),
    tie('json').map((from) => `to_json(try_cast(${from} as varchar))`),
    fc.tuple(tie('json'), tie('json')).map(([a, b]) => `(json_object('plan', ${a}, 'email', ${b})->'plan')`),
    fc.tuple(tie('json'), tie('json')).map(([a, b]) => `coalesce(${a}, ${b})`),
    fc.tuple(tie('json'), tie('json')).map(([a, b]) => `(json_array(${a}, ${b})->0)`),
    tie('json').map((from) => `({'a': ${from}}.a)`),
    tie('json').map((from) => `json_merge_patch(${from}, '{"z": 1}')`),
    tie('json').map((from) => `to_json(json_keys(${from}))`),
    fc.tuple(tie('json'), tie('json')).map(([a, b]) => `([${a}, ${b}])[2]`),
    fc.tuple(tie('json'), tie('json')).map(([a, b]) => `case when true then ${a} else ${b} end`),
  ),
})).json;

/** A document with a value in each class of paths: e-mails, the street, what is deep, and the rest. */
const documentWith = (email: string, street: string, deep: string, rest: string): string =>
  JSON.stringify({
    email,
    plan: rest,
    address: { street, city: rest },
    items: [{ email, n: rest }],
    deep: { er: deep, other: deep },
  });

const BEFORE = documentWith('e', 's', 'd', 'r');
const CHANGES = [
  { document: documentWith('E', 's', 'd', 'r'), sources: ['doc.email', 'doc.items.email'] },
  { document: documentWith('e', 'S', 'd', 'r'), sources: ['doc.address.street'] },
  { document: documentWith('e', 's', 'D', 'r'), sources: ['doc.deep', 'doc.deep.er'] },
  { document: documentWith('e', 's', 'd', 'R'), sources: ['doc'] },
];
const ROWS_OF_DOCUMENTS = [BEFORE, ...CHANGES.map(({ document }) => document)]
  .map((document, index) => `(${index}, '${document}'::json)`)
  .join(', ');

test('what changes with a part of a document has a flow from that part', async () => {
  let seen = 0;
  const property = fc.asyncProperty(json, async (expression) => {
    const sources = await sourcesOf(`select ${expression} as x from docs`).catch(() => undefined);
    if (!sources) return;
    const rows = await warehouse
      .rows(testSql(`select (${expression})::varchar as x from (values ${ROWS_OF_DOCUMENTS}) t(i, doc) order by i`))
      .catch(() => []);
    const [before, ...after] = rows.map((row) => row['x']);
    for (const [index, value] of after.entries()) {
      if (value === before) continue;
      seen += 1;
      const own = CHANGES[index]?.sources ?? [];
      expect(
        own.some((source) => sources.includes(source)),
        `${expression} shows ${own}, not ${sources}`,
      ).toBe(true);
    }
  });
  await fc.assert(property, { numRuns: 250 });

  // A generator that makes mostly nonsense proves nothing.
  expect(seen).toBeGreaterThan(100);
});
