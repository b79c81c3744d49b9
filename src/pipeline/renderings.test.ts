import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { expect, test, vi } from 'vitest';
import { analyze, runPipeline } from './pipeline.ts';
import { openRepository, optionsFor } from './testing/repository.ts';

/** A copy of the example where each rendering of a model or test reads a variable of its own. */
function openCounted() {
  const repository = openRepository();
  const renderings = new Map<string, number>();
  const environment = { ...process.env };
  for (const folder of ['models', 'tests']) {
    for (const file of readdirSync(join(repository.directory, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.sql')) continue;
      const path = join(repository.directory, folder, file);
      const name = basename(file, '.sql');
      writeFileSync(path, `{% set counted = env_var('RENDERED_${name}') %}${readFileSync(path, 'utf8')}`);
      // The variable is not enumerable, so that only a template that reads it by name is counted.
      Object.defineProperty(environment, `RENDERED_${name}`, {
        get() {
          renderings.set(name, (renderings.get(name) ?? 0) + 1);
          return '';
        },
      });
    }
  }
  return { repository, renderings, environment };
}

/** The texts that the engine is asked for a parse tree or a plan of, in all databases. */
function countTexts() {
  const texts: { readonly [call: string]: string[] } = { json_serialize_sql: [], json_serialize_plan: [] };
  const { prepare } = DuckDBConnection.prototype;
  const spy = vi.spyOn(DuckDBConnection.prototype, 'prepare').mockImplementation(async function (
    this: DuckDBConnection,
    statement: string,
  ) {
    const prepared = await prepare.call(this, statement);
    const requested = texts[/json_serialize_\w+/.exec(statement)?.[0] ?? ''];
    const { bindVarchar } = prepared;
    prepared.bindVarchar = (index, text) => {
      requested?.push(text);
      bindVarchar.call(prepared, index, text);
    };
    return prepared;
  });
  return { texts, [Symbol.dispose]: () => spy.mockRestore() };
}

const rows = {
  select: [],
  exclude: [],
  fullRefresh: false,
  postgres: { mode: 'auto', url: undefined, version: undefined, setup: undefined },
} as const;

test('a run renders a node once to load it and once for all its stages, one with a mask once more to mark it, and twice with another secret; it parses and plans each text once', async () => {
  const { repository, renderings, environment } = openCounted();
  using _removed = repository;
  using counted = countTexts();

  const { report } = await runPipeline({ ...optionsFor(repository.directory), environment, rows });

  expect(report.verdict).toBe('pass');
  expect(Object.fromEntries(renderings)).toEqual({
    assert_completed_not_above_scheduled: 2,
    assert_safe_marts_name_no_pii: 2,
    int_appointment_lifecycle: 2,
    int_events_enriched: 2,
    mart_appointment_funnel: 2,
    mart_event_type_volume: 2,
    mart_organization_activity: 2,
    mart_user_engagement: 2,
    stg_appointments: 2,
    stg_events: 2,
    stg_organizations: 2,
    stg_users: 5,
  });
  for (const texts of Object.values(counted.texts)) {
    expect(texts.length).toBeGreaterThan(10);
    expect(texts).toEqual([...new Set(texts)]);
  }
});

test('the base and the tries of a fix parse no text again, and plan again only what reads other columns', async () => {
  const mart = 'models/marts/safe/mart.sql';
  using repository = openRepository({ [mart]: "select user_id\nfrom {{ ref('stg_users') }}\n" });
  repository.edit({
    'models/staging/stg_users.sql': ['    is_provider,\n', '    is_provider,\n    email,\n'],
    [mart]: "select user_id, email\nfrom {{ ref('stg_users') }}\n",
  });
  using counted = countTexts();

  const options = { ...optionsFor(repository.directory), environment: { CI: '1' }, baseRef: 'main' };
  const { contract } = await analyze(options);

  expect(contract).toMatchObject({ fixes: { findings: 1, proven: 1 } });
  const { json_serialize_sql: parsed = [], json_serialize_plan: planned = [] } = counted.texts;
  expect(parsed).toEqual([...new Set(parsed)]);
  const ofSources = planned.filter((text) => text.includes('."raw_'));
  expect(ofSources.length).toBeGreaterThan(4);
  expect(ofSources).toEqual([...new Set(ofSources)]);
});
