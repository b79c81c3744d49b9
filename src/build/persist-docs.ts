import { hideSecrets } from '../hide-secrets.ts';
import { asMapping } from '../project/mapping.ts';
import type { TableNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { identifier, literal, relation, sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * Writes the descriptions of a relation and of its columns into the warehouse, as far as the configuration `persist_docs`
 * says (dbt: persist_docs). A description that is empty is written for a column, and not for a relation.
 */
export async function persistDocs(
  node: TableNode,
  type: 'table' | 'view',
  session: Warehouse,
  secrets: Project['secrets'],
): Promise<void> {
  const wanted = asMapping(node.config.other['persist_docs']);
  const place = relation(node);
  const text = (description: string) => literal(hideSecrets(description, secrets));
  if (wanted?.get('relation') === true && node.description !== '') {
    const kind = type === 'view' ? sql`view` : sql`table`;
    await session.run(sql`comment on ${kind} ${place} is ${text(node.description)}`);
  }
  if (wanted?.get('columns') !== true) return;
  const columns = await session.describe(sql`select * from ${place}`);
  for (const { name, description } of node.columns.values()) {
    if (!columns.some((column) => column.name === name)) continue;
    await session.run(sql`comment on column ${place}.${identifier(name)} is ${text(description)}`);
  }
}
