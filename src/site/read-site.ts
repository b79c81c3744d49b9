import { readFile, stat } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../schema/site.schema.json' with { type: 'json' };
import { UserError } from '../user-error.ts';
import type { Site } from './site.ts';

/** Size of the site of a project with many thousand models; a larger file is not from Fenceline. */
const MOST_BYTES = 200_000_000;

/**
 * Reads a site.json, which may be a stranger's.
 * @throws {UserError} for a file that is missing, too large, or not what `schema/site.schema.json` describes
 */
export async function readSite(file: string): Promise<Site> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > MOST_BYTES) {
    throw noSite(file, found?.isFile() ? 'is too large for a site.json' : 'is not there');
  }
  const value = parse(await readFile(file, 'utf8'));
  const validate = new Ajv2020({ allErrors: false }).compile<Site>(schema);
  if (validate(value) && isConnected(value)) return value;
  const [mistake] = validate.errors ?? [];
  throw noSite(file, `is no site.json of this version${mistake ? ` (${mistake.instancePath || 'the top'})` : ''}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether each index leads to a node and each column to one of its columns, which a schema cannot say. */
function isConnected({ nodes, hops, exposures, findings, waived }: Site): boolean {
  const isNode = (node: number | undefined) => node === undefined || nodes[node] !== undefined;
  const columns = [
    ...hops.flatMap(({ from, to }) => [from, to]),
    ...exposures.flatMap(({ shows }) => shows.flatMap(({ column, source }) => [column, source])),
    ...nodes.flatMap((node) => node.columns.flatMap(({ holds = [] }) => holds.map(({ source }) => source))),
  ];
  const all = [...findings, ...waived.map(({ finding }) => finding)];
  return (
    columns.every(([node, column]) => column === -1 || nodes[node]?.columns[column] !== undefined) &&
    [...nodes, ...exposures].every(({ parents }) => parents.every(isNode)) &&
    all.every(
      ({ node, source, steps }) => isNode(node) && isNode(source?.[0]) && steps.every((step) => isNode(step.node)),
    )
  );
}

function noSite(file: string, what: string): UserError {
  return new UserError({
    code: 'no-site',
    message: `${file} ${what}`,
    fix: 'fenceline run, check and docs write target/fenceline/site.json',
  });
}
