import { formatLocation } from '../../location.ts';
import type { Patch } from '../declarations/patch.ts';
import type { Exposure, Node, Source } from '../node.ts';
import type { Mistakes } from './mistakes.ts';

type Resource = Node | Source | Exposure;

/** Notes two resources of one package that have one name: a ref to it could mean either. */
export function noteDuplicateNames(resources: readonly Resource[], mistakes: Mistakes): void {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const { resourceType, name, location } = resource;
    const keys = meanings(resource);
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

/** What stands for the resource in a ref, or its unique id; the latest version of a model answers to its plain name, too. */
function meanings(resource: Resource): readonly string[] {
  const { resourceType, packageName, name, uniqueId } = resource;
  if (resourceType !== 'model' && resourceType !== 'seed' && resourceType !== 'snapshot') return [uniqueId];
  const version = resourceType === 'model' ? resource.version : undefined;
  const names = version && version.v === version.latest ? [name, version.model] : [name];
  return names.map((candidate) => `ref.${packageName}.${candidate}`);
}

/**
 * Notes two descriptions of one resource: only one would count, and the tags of the other be lost
 * (dbt: DuplicatePatchPathError).
 */
export function noteDescribedTwice(patches: readonly Patch[], mistakes: Mistakes): void {
  const seen = new Map<string, Patch>();
  for (const patch of patches) {
    const { kind, name, location } = patch;
    const first = seen.get(`${kind} ${name}`);
    if (!first) {
      seen.set(`${kind} ${name}`, patch);
      continue;
    }
    mistakes.push({
      code: 'duplicate-properties',
      message: `the ${kind} '${name}' is described twice: the other is ${formatLocation(first.location)}.`,
      location,
      fix: 'put both into one entry',
    });
  }
}
