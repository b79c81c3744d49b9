import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../contract/finding.ts';
import { loadOptions } from '../pipeline/open/open-project.ts';
import { analyze } from '../pipeline/pipeline.ts';
import { type Edits, openRepository, optionsFor } from '../pipeline/testing/repository.ts';
import { loadProject } from '../project/load/load-project.ts';
import { isQueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { findingText, fixDiff } from '../report/words/finding-text.ts';
import { proveFixes, triesFor } from './prove-fixes.ts';

const STAGING = 'models/staging/stg_users.sql';
const MART = 'models/marts/safe/mart.sql';
const SAFE_ALLOWS = (allow: string): readonly [string, string] => ['allow: pseudonymous', `allow: ${allow}`];

/** `mask raw.raw_user.email … models/a.sql:3 | - email | + {{ … }}`, or the fix in words where no change was proven. */
function spell(finding: Finding): string {
  const diff = fixDiff(finding);
  if (!diff || finding.rule !== 'pii-in-tier') return findingText(finding).fix;
  const lines = [...diff.removed.map((line) => `- ${line}`), ...diff.added.map((line) => `+ ${line}`)];
  return [`${finding.provenFix?.description} ${diff.place}`, ...lines].join(' | ');
}

async function fixes(edits: Edits): Promise<readonly string[]> {
  using repository = openRepository(edits);
  const before = contentOf(repository.directory);
  const { contract } = await analyze(optionsFor(repository.directory));
  expect(contentOf(repository.directory)).toEqual(before);
  return contract.findings.filter(({ rule }) => rule === 'pii-in-tier').map(spell);
}

/** All files below a folder with their content: a try may change none. */
function contentOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(directory, path)).isFile())
    .sort()
    .map((path) => `${path}\n${readFileSync(join(directory, path), 'utf8')}`);
}

const cases: readonly { readonly name: string; readonly edits: Edits; readonly offers: readonly string[] }[] = [
  {
    name: 'a column is masked where it is first read',
    edits: {
      [STAGING]: ['    is_provider,\n', '    is_provider,\n    email,\n'],
      [MART]: "select user_id, email\nfrom {{ ref('stg_users') }}\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in stg_users models/staging/stg_users.sql:9 | - email | + {{ hash_pii('email') }} as email",
    ],
  },
  {
    name: 'an expression is masked as a whole',
    edits: {
      [STAGING]: ['    is_provider,\n', '    is_provider,\n    lower(trim(email)) as contact,\n'],
      [MART]: "select contact from {{ ref('stg_users') }}\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in stg_users models/staging/stg_users.sql:9 | - lower(trim(email)) as contact | + {{ hash_pii('lower(trim(email))') }} as contact",
    ],
  },
  {
    name: 'nothing is done to a masked value: the mask comes behind',
    edits: {
      [STAGING]: ['    is_provider,\n', '    is_provider,\n    email,\n'],
      [MART]: "select u.user_id, lower(u.email) contact\nfrom {{ ref('stg_users') }} as u\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in mart models/marts/safe/mart.sql:1 | - lower(u.email) contact | + {{ hash_pii('lower(u.email)') }} as contact",
    ],
  },
  {
    name: 'who may read the value goes on reading it',
    edits: {
      [STAGING]: ['    is_provider,\n', '    is_provider,\n    email,\n'],
      'models/marts/restricted/contacts.sql': "select email from {{ ref('stg_users') }}\n",
      [MART]: "select user_id, u.email from {{ ref('stg_users') }} as u\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in mart models/marts/safe/mart.sql:1 | - u.email | + {{ hash_pii('u.email') }} as email",
    ],
  },
  {
    name: 'a filter goes on reading the value',
    edits: {
      [STAGING]: ['    is_provider,\n', '    is_provider,\n    email,\n'],
      [MART]: "select user_id, email from {{ ref('stg_users') }} where email is not null\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in mart models/marts/safe/mart.sql:1 | - email | + {{ hash_pii('email') }} as email",
    ],
  },
  {
    name: 'one mask mends two marts',
    edits: {
      [STAGING]: ['    is_provider,\n', '    is_provider,\n    email,\n'],
      [MART]: "select email from {{ ref('stg_users') }}\n",
      'models/marts/safe/mart_b.sql': "select email as contact from {{ ref('stg_users') }}\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in stg_users models/staging/stg_users.sql:9 | - email | + {{ hash_pii('email') }} as email",
      "mask raw.raw_user.email with hash_pii in stg_users models/staging/stg_users.sql:9 | - email | + {{ hash_pii('email') }} as email",
    ],
  },
  {
    name: 'the item of a CTE is masked behind which there is only a star',
    edits: {
      [MART]: "with people as (select id, email from {{ source('raw', 'raw_user') }})\nselect p.* from people as p\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in mart models/marts/safe/mart.sql:1 | - email | + {{ hash_pii('email') }} as email",
    ],
  },
  {
    name: 'a star replaces the column',
    edits: {
      [STAGING]: ['    is_provider,\n', '    is_provider,\n    email,\n'],
      'models/marts/restricted/contacts.sql': "select email from {{ ref('stg_users') }}\n",
      [MART]: "select * from {{ ref('stg_users') }}\n",
    },
    offers: [
      "mask raw.raw_user.email with hash_pii in mart models/marts/safe/mart.sql:1 | - * | + * replace ({{ hash_pii('email') }} as email)",
    ],
  },
  {
    name: 'a column is left out where no mask is enough',
    edits: {
      'fenceline.yml': SAFE_ALLOWS('aggregate'),
      'models/marts/safe/mart_organization_activity.sql': 'select 1 as organization_id\n',
      'models/marts/_marts.yml': 'models: []\n',
      [MART]: "select\n    id,\n    email,\n    is_active\nfrom {{ source('raw', 'raw_user') }}\n",
    },
    offers: ['leave mart.email out models/marts/safe/mart.sql:3 | - email'],
  },
  {
    name: 'the last column goes with the comma before it',
    edits: {
      'fenceline.yml': SAFE_ALLOWS('none'),
      'models/marts/safe/mart_organization_activity.sql': 'select 1 as organization_id\n',
      'models/marts/safe/mart_event_type_volume.sql': 'select 1 as one\n',
      'models/marts/_marts.yml': 'models: []\n',
      [MART]: "select id\n  , email\nfrom {{ source('raw', 'raw_user') }}\n",
    },
    offers: ['leave mart.email out models/marts/safe/mart.sql:2 | - email'],
  },
  {
    name: 'a star excludes the column',
    edits: {
      'fenceline.yml': SAFE_ALLOWS('aggregate'),
      'models/marts/safe/mart_organization_activity.sql': 'select 1 as organization_id\n',
      'models/marts/_marts.yml': 'models: []\n',
      'models/staging/stg_names.sql': "select id, first_name from {{ source('raw', 'raw_user') }}\n",
      [MART]: "select n.* from {{ ref('stg_names') }} as n\n",
    },
    offers: ['leave mart.first_name out models/marts/safe/mart.sql:1 | - n.* | + n.* exclude (first_name)'],
  },
  {
    name: 'a column that somebody reads, or a test, is not left out: the model moves',
    edits: {
      'fenceline.yml': SAFE_ALLOWS('aggregate'),
      'models/marts/safe/mart_organization_activity.sql': 'select 1 as organization_id\n',
      'models/marts/_marts.yml': 'models: [{name: mart, columns: [{name: email, data_tests: [not_null]}]}]\n',
      [MART]: "select id, email from {{ source('raw', 'raw_user') }}\n",
    },
    offers: [
      'move mart to tier restricted models/marts/safe/mart.sql:1 | - models/marts/safe/mart.sql | + models/marts/restricted/mart.sql',
    ],
  },
  {
    name: 'what decides over rows is not left out',
    edits: {
      'fenceline.yml': SAFE_ALLOWS('aggregate'),
      'models/marts/safe/mart_organization_activity.sql': 'select 1 as organization_id\n',
      'models/marts/_marts.yml': 'models: []\n',
      [MART]: "select email, count(*) as n from {{ source('raw', 'raw_user') }} group by all\n",
    },
    offers: [
      'move mart to tier restricted models/marts/safe/mart.sql:1 | - models/marts/safe/mart.sql | + models/marts/restricted/mart.sql',
    ],
  },
  {
    name: 'what Jinja made, or holds a literal, is not taken apart',
    edits: {
      [MART]: `{% set column = 'email' %}select id, {{ column }}, coalesce(phone, 'somebody') as phone from {{ source('raw', 'raw_user') }}\n`,
    },
    offers: [
      'move mart to tier restricted models/marts/safe/mart.sql:1 | - models/marts/safe/mart.sql | + models/marts/restricted/mart.sql',
      'move mart to tier restricted models/marts/safe/mart.sql:1 | - models/marts/safe/mart.sql | + models/marts/restricted/mart.sql',
    ],
  },
  {
    name: 'what is tagged in the mart itself is left out there',
    edits: {
      'models/marts/_marts.yml': 'models: [{name: mart, columns: [{name: score, tags: [pii]}]}]\n',
      [MART]: "select id, is_active as score\nfrom {{ source('raw', 'raw_user') }}\n",
    },
    offers: ['leave mart.score out models/marts/safe/mart.sql:1 | - is_active as score'],
  },
  {
    name: 'where nothing is proven it says what to try',
    edits: {
      'fenceline.yml': ['    restricted: { path: marts/restricted, allow: clear }\n', ''],
      [MART]: `{% set column = 'email' %}select {{ column }} from {{ source('raw', 'raw_user') }}\n`,
    },
    offers: [
      'mask raw.raw_user.email where it is first read (models/marts/safe/mart.sql:1:37), leave the column out, or move mart to a tier that allows clear',
    ],
  },
];

test.each(cases)(
  '$name',
  async ({ edits, offers }) => {
    expect(await fixes(edits)).toEqual(offers);
  },
  60_000,
);

test('the same changes are tried on every machine, and what is not tried is counted', async () => {
  using repository = openRepository({
    [STAGING]: ['    is_provider,\n', '    is_provider,\n    email,\n    phone,\n'],
    'models/marts/safe/mart_a.sql': "select email from {{ ref('stg_users') }}\n",
    'models/marts/safe/mart_b.sql': "select phone from {{ ref('stg_users') }}\n",
    'models/marts/safe/mart_c.sql': "select email as contact from {{ ref('stg_users') }}\n",
  });
  const options = optionsFor(repository.directory);
  const { project, config, runTexts, lineage, contract } = await analyze(options);
  const rendered: string[] = [];
  const countRenderings = (loaded: Project): Project => ({
    ...loaded,
    compile(node, rendering) {
      rendered.push(node.name);
      return loaded.compile(node, rendering);
    },
  });
  const prove = (tries: number) =>
    proveFixes({
      project,
      config,
      reload: async (files) => countRenderings(await loadProject(loadOptions(options, files, config))),
      lineage,
      traced: lineage,
      contract,
      warehouse: undefined,
      runTexts,
      today: '2026-11-25',
      tries,
      signal: options.signal,
    });

  expect((await prove(0)).fixes).toEqual({ findings: 3, proven: 0, untried: 3 });
  expect((await prove(1)).fixes).toEqual({ findings: 3, proven: 1, untried: 2 });
  expect((await prove(2)).fixes).toEqual({ findings: 3, proven: 3, untried: 0 });
  // To prove a fix, only the changed node and the nodes that depend on it are rendered.
  const hanging = new Set(['stg_users']);
  const models = project.order.flatMap((uniqueId) => project.nodes.get(uniqueId) ?? []).filter(isQueryNode);
  for (const { name, dependsOn } of models) {
    if (dependsOn.nodes.some((input) => hanging.has(project.nodes.get(input)?.name ?? ''))) hanging.add(name);
  }
  expect(hanging).toContain('mart_c');
  expect(hanging.size).toBeLessThan(models.length);
  const renderedModels = models.map(({ name }) => name).filter((name) => rendered.includes(name));
  expect(renderedModels.filter((name) => !hanging.has(name))).toEqual([]);
}, 60_000);

test.each([
  { nodes: 1, tries: 24 },
  { nodes: 1_000, tries: 12 },
  { nodes: 100_000, tries: 8 },
])('$tries changes are tried in a project of $nodes nodes', ({ nodes, tries }) => {
  expect(triesFor(nodes)).toBe(tries);
});
