import type { Lineage } from '../../lineage/flow.ts';
import { nameKey, sameName } from '../../name.ts';
import { isTableNode, type Model, type Snapshot, type Source, type TableNode } from '../../project/node.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { Project } from '../../project/project.ts';
import { unreachable } from '../../unreachable.ts';
import type { Catalog } from '../../warehouse/catalog.ts';
import { objectOf, objectsOf, type ParseNode } from '../../warehouse/parse-sql.ts';
import type { Classification } from '../classify.ts';
import { piiFlows } from '../pii-flow.ts';
import { addOrigins } from './personal-names.ts';
import type { FindTable, PersonalTable } from './personal-table.ts';

interface TableInput {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly classification: Classification;
  readonly tables: Catalog;
  /** Parse trees of models, by unique id. */
  readonly queries: ReadonlyMap<string, ParseNode>;
}

/** Finds the tables and models with personal values, by the names with which a query reads them. */
export function personTables(input: TableInput): FindTable {
  const { project, classification } = input;
  const found = new Map<string, PersonalTable>();
  for (const node of [...project.sources.values(), ...[...project.nodes.values()].filter(isTableNode)]) {
    if (!readsPersonal(node.uniqueId, project, classification)) continue;
    const { database, schema, alias } = node;
    const table = isOrigin(node, input) ? origin(node, input) : builtTable(node, input);
    found.set(nameKey(database, schema, alias), table);
  }
  const { database, schema: main } = project.target;
  return ({ catalog, schema, name }) => found.get(nameKey(catalog || database, schema || main, name));
}

/** Whether a node has a tagged column, or reads a node that has one, directly or not. */
export function readsPersonal(first: string, project: Project, classification: Classification): boolean {
  const seen = new Set<string>();
  const open = [first];
  for (let uniqueId = open.pop(); uniqueId !== undefined; uniqueId = open.pop()) {
    if (seen.has(uniqueId)) continue;
    seen.add(uniqueId);
    const node = project.nodes.get(uniqueId);
    const columns = node?.columns ?? project.sources.get(uniqueId)?.columns;
    // A table that is tagged as a whole may declare no column.
    if (['', ...(columns?.keys() ?? [])].some((column) => classification.find({ uniqueId, column }))) return true;
    open.push(...(node?.dependsOn.nodes ?? []));
  }
  return false;
}

/** Whether values become personal here: a source, a seed, or a model that reads nothing personal. */
function isOrigin(node: Source | TableNode, { project, classification }: TableInput): boolean {
  switch (node.resourceType) {
    case 'source':
    case 'seed':
      return true;
    case 'model':
    case 'snapshot':
      return !node.dependsOn.nodes.some((uniqueId) => readsPersonal(uniqueId, project, classification));
    default:
      return unreachable(node);
  }
}

function origin(node: Source | TableNode, input: TableInput): PersonalTable {
  const { uniqueId, database, schema, alias } = node;
  const table = input.tables.find(node);
  const columns = table?.columns.map(({ name }) => name) ?? [...node.columns.keys()];
  const pathsOf = pathsIn(input.project);
  const personal = new Map<string, ReadonlySet<string>>();
  for (const column of columns) {
    // A query reads the whole column, also where only a path in its JSON is personal.
    const names = [column, ...pathsOf({ uniqueId, column }).map(({ name }) => name)];
    if (names.some((name) => input.classification.find({ uniqueId, column: name }))) {
      addOrigins(personal, nameKey(column), [uniqueId]);
    }
  }
  // A table of DuckDB has the pseudo-column rowid, unless it has a column of that name.
  const hasRowid = table?.kind === 'table' && !columns.some((column) => sameName(column, 'rowid'));
  return {
    kind: 'origin',
    origin: { uniqueId, database, schema, alias, personal, key: hasRowid ? 'rowid' : undefined },
  };
}

function builtTable(node: Source | TableNode, input: TableInput): PersonalTable {
  switch (node.resourceType) {
    case 'model':
      return modelTable(node, input);
    case 'snapshot':
      return snapshotTable(node, input);
    case 'source':
    case 'seed':
      return { kind: 'opaque' };
    default:
      return unreachable(node);
  }
}

function modelTable(node: Model, input: TableInput): PersonalTable {
  const { uniqueId } = node;
  const [statement] = objectsOf(input.queries.get(uniqueId)?.['statements']);
  const query = objectOf(statement?.['node']);
  const tagged = [...node.columns.keys()].filter((column) => input.classification.find({ uniqueId, column }));
  return query ? { kind: 'query', node: query, tagged } : { kind: 'opaque' };
}

/**
 * A snapshot as a table of origin: it keeps rows that no query gives any more. Its unique key identifies the persons,
 * of whom each has several rows.
 */
function snapshotTable(
  { uniqueId, database, schema, alias, config }: Snapshot,
  { lineage, classification, tables }: TableInput,
): PersonalTable {
  const traced = lineage.nodes.get(uniqueId);
  const [name, ...others] = [config.other['unique_key'] ?? []].flat().map(String);
  const columns = tables.find({ database, schema, alias })?.columns ?? [];
  const key = columns.find((column) => others.length === 0 && sameName(column.name, name ?? ''))?.name;
  if (key === undefined || traced?.status !== 'traced') return { kind: 'opaque' };
  const personal = new Map<string, ReadonlySet<string>>();
  for (const column of traced.columns) {
    if (piiFlows(column.flows, classification).length > 0) addOrigins(personal, nameKey(column.name), [uniqueId]);
  }
  return { kind: 'origin', origin: { uniqueId, database, schema, alias, personal, key } };
}
