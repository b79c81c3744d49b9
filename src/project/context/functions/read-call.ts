import { printValue } from '../../../jinja/values/print-value.ts';
import type { CallArguments, Value } from '../../../jinja/values/value.ts';
import type { Location } from '../../../location.ts';
import { UserError } from '../../../user-error.ts';
import type { RefCall, SourceCall } from '../../node.ts';
import { textOf } from './text-of.ts';

/** The arguments of `ref()`. @throws {UserError} for too few or too many */
export function readRef({ positional, named }: CallArguments, site: Location): RefCall {
  const [first, second, ...more] = positional.map(textOf);
  if (first === undefined || more.length > 0) {
    throw new UserError({
      code: 'bad-ref',
      message: `ref() takes a name, or a package and a name, but ${positional.length} arguments are given.`,
      location: site,
      fix: "write ref('name') or ref('package', 'name')",
    });
  }
  return {
    name: second ?? first,
    packageName: second === undefined ? undefined : first,
    version: readVersion(named.get('version') ?? named.get('v')),
    location: site,
  };
}

function readVersion(version: Value | undefined): string | number | undefined {
  if (version === undefined || version === null) return undefined;
  return typeof version === 'number' ? version : printValue(version);
}

/** The arguments of `source()`. @throws {UserError} for too few or too many */
export function readSource({ positional, named }: CallArguments, site: Location): SourceCall {
  const [sourceName, tableName, ...more] = positional.map(textOf);
  if (sourceName === undefined || tableName === undefined || more.length > 0 || named.size > 0) {
    throw new UserError({
      code: 'bad-source',
      message: `source() takes two names, but ${positional.length + named.size} arguments are given.`,
      location: site,
      fix: "write source('source', 'table')",
    });
  }
  return { sourceName, tableName, location: site };
}
