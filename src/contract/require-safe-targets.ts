import type { SyncConfig, TierConfig } from '../config/fenceline-config.ts';
import { nameKey, sameName } from '../name.ts';
import { isIncremental } from '../project/incremental-settings.ts';
import { isQueryNode, type Node } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { Place } from '../sql.ts';
import { unreachable } from '../unreachable.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { type Tier, tierOf } from './tier.ts';

/**
 * Checks that no copied table is where people look for the tables of models.
 *
 * @param sync whose tables have their schemas in the warehouse
 * @throws {UserError} with the mistakes of all tables
 */
export function requireSafeTargets({ tables }: SyncConfig, project: Project, tiers: readonly TierConfig[]): void {
  const mistakes = [...copiesOverModels(tables, project), ...copiesIntoTiers(tables, project, tiers)];
  if (mistakes.length > 0) throw new UserError(mistakes);
}

/**
 * Finds copies in the place of a snapshot or an incremental model: a build keeps their rows, and no query of the model shows
 * what is in them.
 */
function copiesOverModels(tables: SyncConfig['tables'], { nodes }: Project): readonly Mistake[] {
  const kept = new Set([...nodes.values()].filter(keepsRows).map(placeOf));
  return tables
    .filter(({ to }) => kept.has(nameKey(to.schema ?? '', to.table)))
    .map(({ name, to, location }) => ({
      code: 'copy-over-model',
      message: `sync.tables.${name} copies a table to ${to.schema}.${to.table}, in which the project builds a model that keeps its earlier rows.`,
      location,
      fix: 'copy it to another table, and read it by source()',
    }));
}

/**
 * Finds copies into the schema of a tier that no source declares: no tag can say what is personal in them, and whoever may
 * read the tier may read them. The target's own schema is left out, since in a project of one schema all tables are in it.
 */
function copiesIntoTiers(
  tables: SyncConfig['tables'],
  { nodes, sources, target }: Project,
  tiers: readonly TierConfig[],
): readonly Mistake[] {
  const declared = new Set([...sources.values()].map(placeOf));
  const guarded = new Map<string, Tier>();
  for (const node of nodes.values()) {
    const tier = isQueryNode(node) ? tierOf(node, tiers) : undefined;
    const isShared = sameName(node.schema, target.schema);
    if (tier && tier.allow !== 'clear' && !isShared) guarded.set(nameKey(node.schema), tier);
  }
  return tables.flatMap(({ name, to: { schema = '', table }, location }) => {
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
}

function placeOf({ schema, alias }: Pick<Place, 'schema' | 'alias'>): string {
  return nameKey(schema, alias);
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
