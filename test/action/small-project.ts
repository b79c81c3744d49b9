import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface SmallProject extends AsyncDisposable {
  /** The checkout. */
  readonly workspace: string;
  /** Folder of the project in it. */
  readonly folder: string;
}

const FILES = {
  'dbt_project.yml': 'name: tiny\nversion: "1.0"\nprofile: tiny\nseeds: { tiny: { +schema: raw } }\n',
  'profiles.yml': 'tiny: { target: ci, outputs: { ci: { type: duckdb, path: target/tiny.duckdb } } }\n',
  'fenceline.yml':
    'version: 1\ncontract:\n  tiers:\n    safe: { path: marts/safe, allow: pseudonymous }\n  verify: { values: false }\n',
  'seeds/people.csv': 'id,email\n1,a@example.test\n',
  'seeds/people.yml': 'seeds:\n  - name: people\n    columns:\n      - { name: email, meta: { pii: true } }\n',
};

/** The smallest project with a contract: a seed and a mart. It needs no Postgres, so a run takes as long as it must. */
export async function smallProject(
  mart: keyof typeof MARTS,
  folder = 'analytics',
  allow = 'pseudonymous',
): Promise<SmallProject> {
  const workspace = await mkdtemp(join(tmpdir(), 'fenceline-small-'));
  await addProject(workspace, folder, mart, allow);
  return { workspace, folder, [Symbol.asyncDispose]: () => rm(workspace, { recursive: true, force: true }) };
}

const MARTS = { leaking: 'id, email as contact', safe: 'id', mistaken: 'id, {{ gone' };

export async function addProject(
  workspace: string,
  folder: string,
  mart: keyof typeof MARTS,
  allow = 'pseudonymous',
): Promise<void> {
  const text = `select ${MARTS[mart]} from {{ ref('people') }}\n`;
  for (const [name, content] of Object.entries({ ...FILES, 'models/marts/safe/mart_people.sql': text })) {
    const path = join(workspace, folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content.replace('allow: pseudonymous', `allow: ${allow}`));
  }
}
