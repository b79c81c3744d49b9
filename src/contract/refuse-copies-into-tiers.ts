import type { SyncConfig, TierConfig } from '../config/fenceline-config.ts';
import { nameKey, sameName } from '../name.ts';
import { isIncremental } from '../project/incremental-settings.ts';
import { isQueryNode, type Node } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { unreachable } from '../unreachable.ts';
import { UserError } from '../user-error.ts';
import { type Tier, tierOf } from './tier.ts';

/**
 * Refuses a table that is copied into the schema of a tier and that no source declares: no tag can say what is personal
 * in it, and whoever may read the tier may read it. The target's own schema is left out, since in a project of one schema
 * all tables are in it. Refuses a copy in the place of a snapshot or an incremental model, too: the build would keep its rows,
 * and no query of the model shows what is in them.
 *
 * @param sync whose tables have their schemas in the warehouse
 * @throws {UserError}
 */
export function refuseCopiesIntoTiers(sync: SyncConfig, project: Project, tiers: readonly TierConfig[]): void {
  const declared = new Set([...project.sources.values()].map(({ schema, identifier }) => nameKey(schema, identifier)));
  const guarded = new Map<string, Tier>();
  for (const node of project.nodes.values()) {
    const tier = isQueryNode(node) ? tierOf(node, tiers) : undefined;
    const isShared = sameName(node.schema, project.target.schema);
    if (tier && tier.allow !== 'clear' && !isShared) guarded.set(nameKey(node.schema), tier);
  }
  const keeping = new Set(
    [...project.nodes.values()].flatMap((node) => (keepsRows(node) ? nameKey(node.schema, node.alias) : [])),
  );
  const mistakes = sync.tables.flatMap(({ name, to: { schema = '', table }, location }) => {
    if (keeping.has(nameKey(schema, table))) {
      return [
        {
          code: 'copy-over-model',
          message: `sync.tables.${name} copies a table to ${schema}.${table}, in which the project builds a model that keeps its earlier rows.`,
          location,
          fix: 'copy it to another table, and read it by source()',
        },
      ];
    }
    const tier = guarded.get(nameKey(schema));
    if (!tier || declared.has(nameKey(schema, table))) return [];
    return [
      {
        code: 'copy-into-tier',
        message: `sync.tables.${name} copies a table into ${schema}, the schema of tier ${tier.name}, and no source declares it.`,
        location,
        fix: 'copy it into a schema without models of a tier, or declare it as a source and tag its personal columns',
      },
    ];
  });
  if (mistakes.length > 0) throw new UserError(mistakes);
}

/** Whether a build leaves rows of an earlier table in place: that of a snapshot and of an incremental model. */
function keepsRows(node: Node): boolean {
  switch (node.resourceType) {
    case 'snapshot':
      return true;
    case 'model':
      return isIncremental(node);
    case 'seed':
    case 'test':
      return false;
    default:
      return unreachable(node);
  }
}
