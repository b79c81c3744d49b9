import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import schema from '../../schema/fenceline.schema.json' with { type: 'json' };
import { loadFencelineConfig } from './load-fenceline-config.ts';
import { openProjectFiles } from './project-files.ts';

const LEAST = {
  version: 1,
  sync: { tables: { user: { from: 'public.users' } } },
  contract: { tiers: { safe: { path: 'marts/safe', allow: 'pseudonymous' } } },
};

/** The same mapping with the default that the schema gives each key which is not there. */
function withDefaults(value: object, { properties = {} }: Schema): object {
  const filled = Object.entries(properties).flatMap(([key, property]) => {
    const written = (value as Record<string, unknown>)[key];
    if (property.properties !== undefined) return [[key, withDefaults((written as object) ?? {}, property)]];
    const filled = written ?? property.default;
    return filled === undefined ? [] : [[key, filled]];
  });
  return Object.fromEntries(filled);
}

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: { readonly [key: string]: Schema };
}

async function load(config: object): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-config-'));
  try {
    // YAML contains JSON.
    await writeFile(join(folder, 'fenceline.yml'), JSON.stringify(config));
    const loaded = loadFencelineConfig({ files: openProjectFiles(folder) });
    return JSON.parse(JSON.stringify(loaded, (key, value) => (key === 'location' ? undefined : value)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a key that is not there has the default that the schema says', async () => {
  const filled = withDefaults(LEAST, schema);

  expect(filled).toMatchObject({ sync: { prefix: 'raw_' }, contract: { verify: { values: true } } });
  expect(await load(filled)).toEqual(await load(LEAST));
});
