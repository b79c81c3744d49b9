import { nameKey } from '../../name.ts';
import { Mistakes } from '../../project/load/mistakes.ts';
import type { Columns, Placement, Seed } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { readCatalog } from '../../warehouse/catalog.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import { isRootNode } from '../root-node.ts';

/**
 * Columns of every source and seed by unique id. A seed has those of its file, since a build loads it anew, and so has a
 * source over its table. Any other source has those of its table in the warehouse, else those that YAML declares when each
 * has a type; one that has neither is left out.
 * @throws {UserError} with every seed file that cannot be read
 */
export async function sourceColumns(
  project: Project,
  warehouse: Warehouse | undefined,
): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
  const catalog = warehouse && (await readCatalog(warehouse));
  const seeds = [...project.nodes.values()].filter(isRootNode);
  const ofSeeds = await seedColumns(seeds, project);
  const ofSeedTables = new Map(seeds.map((seed) => [keyOf(seed), ofSeeds.get(seed.uniqueId)]));
  const columns = new Map(ofSeeds);
  for (const source of project.sources.values()) {
    const found = ofSeedTables.get(keyOf(source)) ?? catalog?.find(source)?.columns ?? declared(source.columns);
    if (found) columns.set(source.uniqueId, found);
  }
  return columns;
}

async function seedColumns(
  seeds: readonly Seed[],
  project: Project,
): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
  const mistakes = new Mistakes();
  const columns = new Map<string, readonly ColumnType[]>();
  for (const seed of seeds) {
    const table = await mistakes.during(() => project.readSeed(seed));
    if (table) columns.set(seed.uniqueId, table.columns);
  }
  mistakes.throwIfAny();
  return columns;
}

function declared(columns: Columns): readonly ColumnType[] | undefined {
  const types: ColumnType[] = [];
  for (const { name, dataType } of columns.values()) {
    if (dataType === undefined) return undefined;
    types.push({ name, type: dataType });
  }
  return types.length > 0 ? types : undefined;
}

function keyOf({ database, schema, alias }: Pick<Placement, 'database' | 'schema' | 'alias'>): string {
  return nameKey(database, schema, alias);
}
