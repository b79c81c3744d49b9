import { isDeclared, type QueryNode, type Source } from '../../project/node.ts';
import { isRootNode } from '../root-node.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { unknownInput } from '../unknown-input.ts';
import type { QueryContext } from './query-context.ts';

/**
 * Fails if an input of a node by ref() or source() is unknown.
 *
 * @throws {UnknownFlow} if an input is unknown, or its columns are
 */
export function requireInputs(node: QueryNode, context: QueryContext): void {
  const { project, shadow } = context;
  for (const input of node.dependsOn.nodes) {
    requireInput(input, context);
    const source = project.sources.get(input);
    const isRoot = (source !== undefined && source.node === undefined) || isRootNode(project.nodes.get(input));
    if (isRoot && !shadow.columnsOf(input)) {
      const advice = adviceFor(source);
      throw new UnknownFlow(`it reads ${nameOf(input, project)}, whose columns are unknown`, [], undefined, advice);
    }
  }
}

/**
 * Fails if an input is unknown, also one that a query names without ref().
 *
 * @throws {UnknownFlow}
 */
export function requireInput(uniqueId: string, { ledger, project, hooks }: QueryContext): void {
  const unproven = project.unproven.get(uniqueId);
  if (unproven) {
    const reason = `it reads ${nameOf(uniqueId, project)}: ${unproven.reason}`;
    throw new UnknownFlow(reason, [], undefined, unproven.fix);
  }
  const changed = hooks.changed.get(uniqueId);
  if (changed !== undefined) throw new UnknownFlow(`it reads ${nameOf(uniqueId, project)}: ${changed}`);
  const lineage = ledger.nodes.get(uniqueId);
  if (lineage?.status !== 'unknown') return;
  throw new UnknownFlow(`${unknownInput(uniqueId, project)}: ${lineage.reason}`, [], undefined, lineage.advice);
}

const TABLE_ADVICE =
  'declare a data_type for each of its columns, record them with fenceline sources --write, or give the file that has its table as --warehouse';
const LOCATION_ADVICE =
  'declare a data_type for each of its columns, or put its files into the repository: others are not read';
const FILE_ADVICE =
  'put the file into the repository, or declare it as a source with external_location and a data_type for each column, and read it with source()';

function adviceFor(source: Source | undefined): string {
  if (source?.file === undefined) return TABLE_ADVICE;
  return isDeclared(source) ? LOCATION_ADVICE : FILE_ADVICE;
}

function nameOf(uniqueId: string, { nodes, sources }: QueryContext['project']): string {
  const source = sources.get(uniqueId);
  if (source && !isDeclared(source)) return `the file ${source.name}`;
  return source ? `source('${source.sourceName}', '${source.name}')` : (nodes.get(uniqueId)?.name ?? uniqueId);
}
