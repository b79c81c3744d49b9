import { nameKey } from '../../name.ts';
import { unreachable } from '../../unreachable.ts';
import type { Mistake } from '../../user-error.ts';
import { cteName, isEphemeral } from '../ephemeral.ts';
import type { Placement, Seed, Source, TableNode } from '../node.ts';
import { isPersonal, isPersonalColumn } from '../personal.ts';
import type { Mistakes } from './mistakes.ts';

/** What can be a table of the warehouse. */
type TableOwner = Source | TableNode;

/**
 * Notes each table that two resources have. A tag on one source says nothing of another over the same table; a source over
 * the table of a model cuts its lineage; and of two models the one that is built last stands where the other was proven
 * (dbt: AmbiguousAliasError). Only a seed may stand in for a source, which then needs all its tags.
 */
export function noteSharedTables(sources: readonly Source[], built: readonly TableNode[], mistakes: Mistakes): void {
  const owners = new Map<string, TableOwner>();
  // What the project builds comes first: then the mistake is at the source that reads it.
  for (const resource of [...built, ...sources]) {
    const key = tableKey(resource);
    const first = owners.get(key);
    if (!first) {
      owners.set(key, resource);
    } else if (first.resourceType === 'seed' && resource.resourceType === 'source') {
      mistakes.push(...missingTags(resource, first));
      // A second source over the table is one too many.
      owners.set(key, resource);
    } else if (!isDuplicateName(first, resource)) {
      mistakes.push(sharedTable(first, resource));
    }
  }
}

/** An ephemeral model is no table, but a name inside of queries. */
function tableKey(resource: TableOwner): string {
  const { database, schema, alias }: Pick<Placement, 'database' | 'schema' | 'alias'> = isEphemeral(resource)
    ? { database: '', schema: '', alias: cteName(resource) }
    : resource;
  return nameKey(database, schema, alias);
}

function missingTags(source: Source, seed: Seed): readonly Mistake[] {
  if (isPersonal(source.tags, source.meta)) return [];
  const mistake = (what: string, fix: string) => ({
    code: 'tag-missing',
    message: `${describe(source)} is the table of ${describe(seed)}, ${what} is tagged as personal.`,
    location: source.location,
    fix,
  });
  if (isPersonal(seed.tags, seed.meta)) return [mistake('which', 'tag the source, too')];
  return [...seed.columns.values()]
    .filter(({ name, tags, meta }) => isPersonal(tags, meta) && !isPersonalColumn(source, name))
    .map(({ name }) => mistake(`whose column '${name}'`, `tag ${name} of the source, too`));
}

/** Two nodes of one name in one package are noted as such. */
function isDuplicateName(first: TableOwner, second: TableOwner): boolean {
  const isSameName = first.name === second.name && first.packageName === second.packageName;
  return isSameName && second.resourceType !== 'source';
}

function sharedTable(first: TableOwner, second: TableOwner): Mistake {
  const { schema, alias } = isEphemeral(second) ? { schema: '', alias: cteName(second) } : second;
  const table = [schema, alias].filter((part) => part !== '').join('.');
  return {
    message: `${describe(second)} is the table ${table}, as is ${describe(first)}.`,
    location: second.location,
    ...wayOut(first, second),
  };
}

function wayOut(first: TableOwner, second: TableOwner): Pick<Mistake, 'code' | 'fix'> {
  if (second.resourceType !== 'source') {
    return { code: 'duplicate-table', fix: 'give one of them another alias or schema' };
  }
  return first.resourceType === 'source'
    ? { code: 'duplicate-source-table', fix: 'declare the table once, with all its tags' }
    : { code: 'source-is-built', fix: `read it with ref('${first.name}'), and remove the source` };
}

function describe(resource: TableOwner): string {
  switch (resource.resourceType) {
    case 'source':
      return `source('${resource.sourceName}', '${resource.name}')`;
    case 'model':
    case 'snapshot':
    case 'seed':
      return `the ${resource.resourceType} ${resource.name}`;
    default:
      return unreachable(resource);
  }
}
