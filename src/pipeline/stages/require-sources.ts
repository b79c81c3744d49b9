import type { FencelineConfig } from '../../config/fenceline-config.ts';
import { modelsInTiers } from '../../contract/tier.ts';
import { nameKey, sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import { parentsOf, reachable } from '../../project/order.ts';
import type { Project } from '../../project/project.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { readCatalog } from '../../warehouse/catalog.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/**
 * Makes sure that every source that a tier depends on is filled: by sync, or because its table is in the warehouse already.
 * A missing table ends no run of a project that copies nothing: the models that read it are unknown and fail to build.
 * @throws {UserError} `source-not-synced` for each that is not
 */
export async function requireSources(
  project: Project,
  { sync, contract }: Pick<FencelineConfig, 'sync' | 'contract'>,
  warehouse: Warehouse,
): Promise<void> {
  if (sync.tables.length === 0) return;
  const synced = sync.tables.map(({ to }) => `${to.schema ?? 'main'}.${to.table}`);
  const { tables } = await readCatalog(warehouse);
  const filled = new Set([
    ...sync.tables.map(({ to }) => nameKey(to.schema ?? 'main', to.table)),
    ...tables
      .filter(({ database }) => sameName(database, project.target.database))
      .map(({ schema, alias }) => nameKey(schema, alias)),
  ]);
  const parents = parentsOf(project.nodes);
  const read = reachable(modelsInTiers(project, contract.tiers), parents);
  const mistakes: readonly Mistake[] = [...project.sources.values()]
    .filter(
      ({ uniqueId, node, file, schema, identifier }) =>
        read.has(uniqueId) && node === undefined && file?.kind !== 'file' && !filled.has(nameKey(schema, identifier)),
    )
    .map(({ sourceName, name, schema, identifier, location }) => ({
      code: 'source-not-synced',
      message: `source('${sourceName}', '${name}') is the table ${schema}.${identifier}, which sync does not provide.${didYouMean(`${schema}.${identifier}`, synced)}`,
      location,
      fix: `add a table to sync.tables of fenceline.yml that becomes ${schema}.${identifier}, or correct schema and identifier of the source`,
    }));
  if (mistakes.length > 0) throw new UserError(mistakes);
}
