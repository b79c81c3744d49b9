import { hideSecrets } from '../hide-secrets.ts';
import { isEphemeral } from '../project/ephemeral.ts';
import type { Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { warehouseAdapter } from './adapter.ts';

/**
 * The SQL of the selected ephemeral models by unique id, which dbt writes into its artifacts although it runs none of it.
 * Models whose templates read rows or fail are left out: the SQL may hold values, and a model that reads it fails, too.
 */
export async function compileEphemeral(
  project: Project,
  selected: ReadonlySet<string>,
  warehouse: Warehouse,
): Promise<ReadonlyMap<string, string>> {
  const adapter = warehouseAdapter(warehouse, project.target.database);
  const texts = new Map<string, string>();
  for (const node of project.nodes.values()) {
    if (node.resourceType !== 'model' || !isEphemeral(node) || !selected.has(node.uniqueId)) continue;
    try {
      const { sql, readsRows } = await project.compile(node, { adapter });
      if (!readsRows) texts.set(node.uniqueId, hideSecrets(sql.text, project.secrets));
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
    }
  }
  return texts;
}
