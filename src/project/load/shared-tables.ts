import type { Mistake } from '../../user-error.ts';
import { cteName } from '../ephemeral.ts';
import type { Node, Placement, Seed, Source } from '../node.ts';
import { isPersonal, isPersonalColumn } from '../personal.ts';
import type { Mistakes } from './mistakes.ts';

/**
 * A table has one resource. A tag on one source would say nothing of another over the same table; a source over the table
 * of a model would cut its lineage; and of two models the one that is built last would stand where the other was proven
 * (dbt: AmbiguousAliasError). Only a seed may stand in for a source, which then has all its tags.
 */
export function noteSharedTables(sources: readonly Source[], built: readonly Node[], mistakes: Mistakes): void {
  const seen = new Map<string, Source | Node>();
  // What the project builds first: then the mistake is at the source that reads it.
  for (const resource of [...built, ...sources]) {
    const { database, schema, alias } = tableOf(resource);
    const key = [database, schema, alias].join('\u0000').toLowerCase();
    const first = seen.get(key);
    if (!first) seen.set(key, resource);
    else if (first.resourceType === 'seed' && resource.resourceType === 'source') {
      mistakes.push(...missingTags(resource, first));
      // Another source over the same table.
      seen.set(key, resource);
    }
    // Of one package and name: told already.
    else if (first.name !== resource.name || first.packageName !== resource.packageName || isSource(resource)) {
      const { code, fix } = sharing(first, resource);
      const table = [schema, alias].filter((part) => part !== '').join('.');
      const message = `${called(resource)} is the table ${table}, as is ${called(first)}.`;
      mistakes.push({ code, message, location: resource.location, fix });
    }
  }
}

function missingTags(source: Source, seed: Seed): readonly Mistake[] {
  if (isPersonal(source.tags, source.meta)) return [];
  const mistake = (what: string, fix: string) => ({
    code: 'tag-missing',
    message: `${called(source)} is the table of ${called(seed)}, ${what} is tagged as personal.`,
    location: source.location,
    fix,
  });
  if (isPersonal(seed.tags, seed.meta)) return [mistake('which', 'tag the source, too')];
  return [...seed.columns.values()]
    .filter(({ name, tags, meta }) => isPersonal(tags, meta) && !isPersonalColumn(source, name))
    .map(({ name }) => mistake(`whose column '${name}'`, `tag ${name} of the source, too`));
}

/** An ephemeral model is no table, but a name inside of queries. */
function tableOf(resource: Source | Node): Pick<Placement, 'database' | 'schema' | 'alias'> {
  return resource.resourceType === 'model' && resource.config.materialized === 'ephemeral'
    ? { database: '', schema: '', alias: cteName(resource) }
    : resource;
}

function sharing(first: Source | Node, second: Source | Node): { readonly code: string; readonly fix: string } {
  if (second.resourceType !== 'source')
    return { code: 'duplicate-table', fix: 'give one of them another alias or schema' };
  return first.resourceType === 'source'
    ? { code: 'duplicate-source-table', fix: 'declare the table once, with all its tags' }
    : { code: 'source-is-built', fix: `read it with ref('${first.name}'), and remove the source` };
}

function isSource({ resourceType }: Source | Node): boolean {
  return resourceType === 'source';
}

function called(resource: Source | Node): string {
  return resource.resourceType === 'source'
    ? `source('${resource.sourceName}', '${resource.name}')`
    : `the ${resource.resourceType} ${resource.name}`;
}
