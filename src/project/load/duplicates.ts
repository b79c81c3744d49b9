import { formatLocation } from '../../location.ts';
import { unreachable } from '../../unreachable.ts';
import type { Mistake } from '../../user-error.ts';
import type { Patch } from '../declarations/patch.ts';
import { type Resource, versionOf } from '../node.ts';
import type { Mistakes } from './mistakes.ts';

/** Notes a mistake for two resources of one package with one name: a ref could mean either. */
export function noteDuplicateNames(resources: readonly Resource[], mistakes: Mistakes): void {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const { resourceType, name, location } = resource;
    const keys = duplicateKeys(resource);
    const first = keys.map((key) => seen.get(key)).find((other) => other !== undefined);
    for (const key of keys) if (!seen.has(key)) seen.set(key, resource);
    if (!first) continue;
    mistakes.push({
      code: 'duplicate-name',
      message: `the ${resourceType} '${name}' is there twice: the other is ${formatLocation(first.location)}.`,
      location,
      fix: 'rename or remove one of them',
    });
  }
}

/**
 * Keys that two resources must not share: for a node the names by which refs find it (the latest version of a model also
 * has the plain name), for any other resource its unique id.
 */
function duplicateKeys(resource: Resource): readonly string[] {
  const { packageName, name, uniqueId } = resource;
  switch (resource.resourceType) {
    case 'model':
    case 'snapshot':
    case 'seed': {
      const version = versionOf(resource);
      const names = version && version.v === version.latest ? [name, version.model] : [name];
      return names.map((candidate) => `ref.${packageName}.${candidate}`);
    }
    case 'test':
    case 'source':
    case 'exposure':
    case 'unit_test':
      return [uniqueId];
    default:
      return unreachable(resource);
  }
}

/**
 * Notes a mistake for two descriptions of one resource: dbt would use one, and the tags of the other would be lost
 * (dbt: DuplicatePatchPathError).
 */
export function noteDescribedTwice(patches: readonly Patch[], mistakes: Mistakes): void {
  const seen = new Map<string, Patch>();
  for (const patch of patches) {
    const { kind, name } = patch;
    const first = seen.get(`${kind} ${name}`);
    if (!first) {
      seen.set(`${kind} ${name}`, patch);
      continue;
    }
    mistakes.push(describedTwice(patch, first));
  }
}

export function describedTwice({ kind, name, location }: Patch, first: Patch): Mistake {
  return {
    code: 'duplicate-properties',
    message: `the ${kind} '${name}' is described twice: the other is ${formatLocation(first.location)}.`,
    location,
    fix: 'put both into one entry',
  };
}
