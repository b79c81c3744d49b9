import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DeferredRelation } from '../../project/context/dbt-command.ts';
import { asList, asMapping, type Mapping } from '../../project/mapping.ts';
import type { EarlierManifest, EarlierState } from '../../project/selection/earlier-state.ts';
import { UserError } from '../../user-error.ts';

/**
 * Reads the artifacts of an earlier run.
 * @param folder as `--state` names it
 * @param now the folder of the newest artifacts, whose sources.json is compared
 * @throws {UserError} for a folder without artifacts, and for one that is no JSON
 */
export async function readEarlierRun(folder: string, now: string): Promise<EarlierState> {
  const [manifest, results, sources, newest] = await Promise.all([
    readJson(join(resolve(folder), 'manifest.json')),
    readJson(join(resolve(folder), 'run_results.json')),
    readJson(join(resolve(folder), 'sources.json')),
    readJson(join(now, 'sources.json')),
  ]);
  if (!manifest && !results && !sources) {
    throw new UserError({
      code: 'no-state',
      message: `${folder} has no manifest.json, run_results.json or sources.json of an earlier run`,
      fix: 'name a folder with the artifacts that dbt or Fenceline wrote into target/',
    });
  }
  return {
    manifest: manifest && manifestOf(manifest),
    results: results && byUniqueId(results, 'status'),
    freshness: sources && {
      before: byUniqueId(sources, 'max_loaded_at'),
      now: newest ? byUniqueId(newest, 'max_loaded_at') : new Map(),
    },
  };
}

/** The relations of an earlier run that a ref can lead to, by unique id. */
export function deferredRelations({ resources }: EarlierManifest): ReadonlyMap<string, DeferredRelation> {
  return new Map(
    [...resources].flatMap(([uniqueId, record]) => {
      const { resource_type: type, database, schema, alias, relation_name: relation } = record;
      const isTable = type === 'model' || type === 'seed' || type === 'snapshot';
      return isTable && typeof relation === 'string'
        ? [[uniqueId, { database: String(database), schema: String(schema), alias: String(alias) }] as const]
        : [];
    }),
  );
}

function manifestOf(manifest: Mapping): EarlierManifest {
  const records = (key: string) => [...(asMapping(manifest.get(key)) ?? [])];
  return {
    resources: new Map(
      ['nodes', 'sources', 'exposures'].flatMap(records).map(([id, record]) => [id, Object(record)] as const),
    ),
    macros: new Map(
      records('macros').map(([id, record]) => [id, String(asMapping(record)?.get('macro_sql') ?? '')] as const),
    ),
  };
}

function byUniqueId(artifact: Mapping, key: string): ReadonlyMap<string, string> {
  return new Map(
    asList(artifact.get('results')).flatMap((result) => {
      const value = asMapping(result)?.get(key);
      return typeof value === 'string' ? [[String(asMapping(result)?.get('unique_id')), value] as const] : [];
    }),
  );
}

async function readJson(file: string): Promise<Mapping | undefined> {
  if (!existsSync(file)) return undefined;
  const wrong = (cause?: unknown) =>
    new UserError(
      {
        code: 'bad-artifact',
        message: `${file} is no artifact of dbt: it is no JSON object`,
        fix: 'run again the command that wrote it',
      },
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw wrong(cause);
  }
  const mapping = asMapping(value);
  if (!mapping) throw wrong();
  return mapping;
}
