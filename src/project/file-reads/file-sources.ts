import type { Location } from '../../location.ts';
import { nameKey } from '../../name.ts';
import type { Workspace } from '../context/node-context.ts';
import { pathsOf, readFileText } from '../load/external-location.ts';
import { withRelationName } from '../load/place-node.ts';
import { EVERY_NAME } from '../load/quoting.ts';
import type { Source } from '../node.ts';
import { fileSourceId } from './file-source-id.ts';

/** Schema of the tables for files that SQL of the project reads itself. */
const SCHEMA = 'fenceline_files';

/**
 * Makes a source for each part of a query that reads files. Its name is the path: a list of personal columns marks it by
 * this name.
 */
export function fileSources(
  reads: readonly { readonly text: string; readonly location: Location }[],
  { surroundings }: Workspace,
  packageName: string,
): readonly Source[] {
  const { database } = surroundings.target;
  const byText = new Map(reads.map((read) => [read.text, read]));
  const taken = new Set<string>();
  return [...byText.values()].map(({ text, location }) => {
    const [path, ...others] = pathsOf(text);
    const name = path === undefined || others.length > 0 ? text : path;
    const alias = freeName(text.startsWith("'") ? name : text, taken);
    return {
      resourceType: 'source',
      uniqueId: fileSourceId(text),
      name,
      sourceName: 'files',
      packageName,
      path: location.file,
      originalFilePath: location.file,
      fqn: [packageName, 'files', name],
      description: '',
      tags: [],
      meta: {},
      ...withRelationName({ database, schema: SCHEMA, alias, quoting: EVERY_NAME }),
      identifier: alias,
      file: { ...readFileText(text), writtenIn: 'sql' },
      columns: new Map(),
      location,
    };
  });
}

/** A name that no other table has: the engine does not tell `People.csv` from `people.csv`. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(nameKey(free)); count += 1) free = `${name} (${count})`;
  taken.add(nameKey(free));
  return free;
}
