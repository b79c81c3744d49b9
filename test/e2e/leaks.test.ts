import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CANARY, copyExample, type Edit, fenceline } from './cli.ts';
import { sharedPostgres } from './shared-postgres.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const MART = 'models/marts/safe/mart_event_type_volume.sql';
const rewritten = (text: string): readonly Edit[] => [{ file: MART, text }];

interface Leak {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly column: string;
  readonly source: string;
  /** Names of the nodes the value passes, the mart last. */
  readonly path: readonly string[];
  /** Line of the mart that the finding points at. */
  readonly line: number;
}

const leaks: readonly Leak[] = [
  {
    name: 'a raw e-mail selected through an alias',
    edits: rewritten(`select
    u.email as contact,
    'login' as event_type
from {{ source('raw', 'raw_user') }} as u
`),
    column: 'contact',
    source: 'email',
    path: ['mart_event_type_volume'],
    line: 2,
  },
  {
    name: 'select * from a model that carries it',
    edits: [
      { file: 'models/staging/stg_users.sql', find: '    is_provider,', put: '    email,\n    is_provider,' },
      ...rewritten(`select *, 'login' as event_type
from {{ ref('stg_users') }}
`),
    ],
    column: 'email',
    source: 'email',
    path: ['stg_users', 'mart_event_type_volume'],
    line: 1,
  },
  {
    name: 'the e-mail lower-cased two models upstream',
    edits: [
      {
        file: 'models/staging/stg_users.sql',
        find: '    is_provider,',
        put: '    lower(email) as contact,\n    is_provider,',
      },
      {
        file: 'models/intermediate/int_events_enriched.sql',
        find: '    u.email_hash,',
        put: '    u.email_hash,\n    u.contact,',
      },
      ...rewritten(`select
    event_type,
    contact
from {{ ref('int_events_enriched') }}
`),
    ],
    column: 'contact',
    source: 'email',
    path: ['stg_users', 'int_events_enriched', 'mart_event_type_volume'],
    line: 3,
  },
  {
    name: 'a join back to the source',
    edits: rewritten(`select
    e.event_type,
    raw.email as who
from {{ ref('int_events_enriched') }} as e
join {{ source('raw', 'raw_user') }} as raw on raw.id = e.user_id
`),
    column: 'who',
    source: 'email',
    path: ['mart_event_type_volume'],
    line: 3,
  },
  {
    name: 'max(email)',
    edits: rewritten(`select
    'login' as event_type,
    max(email) as last_one
from {{ source('raw', 'raw_user') }}
`),
    column: 'last_one',
    source: 'email',
    path: ['mart_event_type_volume'],
    line: 3,
  },
  {
    name: "string_agg(first_name, ',')",
    edits: rewritten(`select
    'login' as event_type,
    string_agg(first_name, ',') as team
from {{ source('raw', 'raw_user') }}
`),
    column: 'team',
    source: 'first_name',
    path: ['mart_event_type_volume'],
    line: 3,
  },
  {
    name: 'the e-mail inside to_json(u)',
    edits: rewritten(`select
    'login' as event_type,
    to_json(u) as payload
from {{ source('raw', 'raw_user') }} as u
`),
    column: 'payload',
    source: 'email',
    path: ['mart_event_type_volume'],
    line: 3,
  },
  {
    name: 'the name through a lateral subquery',
    edits: rewritten(`select
    e.event_type,
    person.label
from {{ ref('int_events_enriched') }} as e,
lateral (
    select u.first_name || ' ' || u.last_name as label
    from {{ source('raw', 'raw_user') }} as u
    where u.id = e.user_id
) as person
`),
    column: 'label',
    source: 'first_name',
    path: ['mart_event_type_volume'],
    line: 6,
  },
  {
    name: 'a recursive CTE',
    edits: rewritten(`with recursive chain(id, trail) as (
    select id, email from {{ source('raw', 'raw_user') }} where id = 1
    union all
    select u.id, chain.trail || '>' || u.email
    from chain join {{ source('raw', 'raw_user') }} as u on u.id = chain.id + 1
    where u.id < 4
)
select
    'login' as event_type,
    trail
from chain
`),
    column: 'trail',
    source: 'email',
    path: ['mart_event_type_volume'],
    line: 10,
  },
  {
    name: 'an UNPIVOT',
    edits: rewritten(`select
    'login' as event_type,
    attribute,
    content
from (
    unpivot (select id, username, email from {{ source('raw', 'raw_user') }})
    on username, email
    into name attribute value content
)
`),
    column: 'content',
    source: 'email',
    path: ['mart_event_type_volume'],
    line: 4,
  },
];

test.each(leaks)('$name fails the gate', async ({ edits, column, source, path, line }) => {
  await using project = await copyExample(edits);

  const { code, stdout, stderr } = await fenceline(['run', project.directory, ...postgres.args]);

  expect({ code, stderr }).toMatchObject({ code: 1 });
  const { verdict, findings } = await project.report();
  expect(verdict).toBe('fail');
  const found = findings.find(
    (finding) => finding.rule === 'pii-in-tier' && finding.column === column && finding.source.column === source,
  );
  expect(found).toMatchObject({
    severity: 'error',
    model: 'mart_event_type_volume',
    source: { relation: 'raw.raw_user', column: source },
    state: 'clear',
    location: { file: MART, line },
  });
  // The text for people says the same as the report: place, column, source, and every node on the way.
  expect(stdout).toContain(`${MART}:${line}:`);
  expect(stdout).toContain(`mart_event_type_volume.${column}`);
  expect(stdout).toContain(`raw.raw_user.${source}`);
  for (const node of path) expect(stdout).toContain(node);
  expect(found && 'steps' in found ? found.steps.map(({ uniqueId }) => uniqueId.split('.').at(-1)) : []).toEqual(path);
  expect(await readdir(join(project.directory, 'target'))).not.toContain('warehouse.duckdb');
  expect(`${stdout}${stderr}${await outputs(project.directory)}`).not.toMatch(CANARY);
});

const clean: readonly { readonly name: string; readonly edits: readonly Edit[] }[] = [
  {
    name: 'hash_pii of the e-mail',
    edits: rewritten(`select
    'login' as event_type,
    {{ hash_pii('u.email') }} as person
from {{ source('raw', 'raw_user') }} as u
`),
  },
  {
    name: 'count(distinct email)',
    edits: rewritten(`select
    'login' as event_type,
    count(distinct email) as people
from {{ source('raw', 'raw_user') }}
`),
  },
  {
    name: 'a comment that names the column',
    edits: [{ file: MART, find: 'select\n', put: '-- u.email is not here: select email from users\nselect\n' }],
  },
  {
    name: 'a column of another table that is called email but is not tagged',
    edits: [
      {
        file: 'fixtures/schema.sql',
        find: '    plan varchar(20) not null,',
        put: "    plan varchar(20) not null,\n    email varchar(40) not null default 'desk@clinic.example',",
      },
      {
        file: 'models/staging/_sources.yml',
        find: '          - name: monthly_fee',
        put: '          - name: email\n          - name: monthly_fee',
      },
      ...rewritten(`select
    'login' as event_type,
    email
from {{ source('raw', 'raw_organization') }}
`),
    ],
  },
];

test.each(clean)('$name passes the gate', async ({ edits }) => {
  await using project = await copyExample(edits);
  // Another schema in Postgres needs a server of its own.
  const args = edits.some(({ file }) => file.startsWith('fixtures/')) ? [] : postgres.args;

  const { code, stdout, stderr } = await fenceline(['run', project.directory, ...args]);

  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  const { findings } = await project.report();
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(await readdir(join(project.directory, 'target'))).toContain('warehouse.duckdb');
});

async function outputs(directory: string): Promise<string> {
  const target = join(directory, 'target');
  const files = await readdir(target, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  );
  return texts.join('\n');
}
