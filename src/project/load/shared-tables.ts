import { resolve } from 'node:path';
import { nameKey, sameName } from '../../name.ts';
import { unreachable } from '../../unreachable.ts';
import type { Mistake } from '../../user-error.ts';
import { cteName, isEphemeral } from '../ephemeral.ts';
import {
  type Column,
  type Columns,
  isDeclared,
  isQueryNode,
  type Meta,
  type Placement,
  type Source,
  type TableNode,
  type Test,
} from '../node.ts';
import type { IsPersonal } from '../personal.ts';
import { pathsOf } from './external-location.ts';
import type { Mistakes } from './mistakes.ts';

/** A resource whose table another resource may share. */
type TableOwner = Source | TableNode;

/**
 * Notes a mistake for each table that two nodes make: the last one built would replace the one whose columns were proven
 * (dbt: AmbiguousAliasError).
 */
export function noteSharedTables(built: readonly TableNode[], mistakes: Mistakes): void {
  const owners = new Map<string, TableNode>();
  for (const node of built) {
    const key = tableKey(node);
    const first = owners.get(key);
    if (!first) owners.set(key, node);
    // Two nodes of one name in one package are already noted by noteDuplicateNames.
    else if (first.name !== node.name || first.packageName !== node.packageName) {
      mistakes.push(sharedTable(first, node));
    }
  }
}

/** Notes a mistake for each test whose stored failures would replace the table of another resource. */
export function noteStoredOver(tests: readonly Test[], owners: readonly TableOwner[], mistakes: Mistakes): void {
  const byTable = new Map(owners.map((owner) => [tableKey(owner), owner]));
  for (const { name, location, config, ...place } of tests) {
    const owner = byTable.get(nameKey(place.database, place.schema, place.alias));
    if (config.storedAs === undefined || !owner) continue;
    mistakes.push({
      code: 'duplicate-table',
      message: `the test ${name} keeps its failures in ${place.schema}.${place.alias}, the table of ${describe(owner)}.`,
      location,
      fix: 'give the test another alias or schema',
    });
  }
}

/**
 * Sources, and nodes by unique id, with the marks of all resources that have the same table: dbt lets several sources, or a
 * source and a node, have one table. A source over the table of a node gets the id of the node, so that lineage goes on.
 */
export function shareTables(
  sources: readonly Source[],
  built: readonly TableNode[],
  { isPersonal, directory }: { readonly isPersonal: IsPersonal; readonly directory: string },
  mistakes: Mistakes,
): { readonly sources: readonly Source[]; readonly nodes: ReadonlyMap<string, TableNode> } {
  const nodes = new Map(built.filter((node) => !isEphemeral(node)).map((node) => [tableKey(node), node]));
  const byTable = new Map<string, readonly Source[]>();
  for (const source of sources) byTable.set(tableKey(source), [...(byTable.get(tableKey(source)) ?? []), source]);
  const sharing = (owner: TableOwner): readonly TableOwner[] => {
    const node = nodes.get(tableKey(owner));
    const overFiles = overSameFile(owner, [...sources, ...built], directory);
    return [...(byTable.get(tableKey(owner)) ?? []), ...(node ? [node] : []), ...overFiles].filter(
      ({ uniqueId }) => uniqueId !== owner.uniqueId,
    );
  };
  const shared = sources.map((source) => {
    const node = nodes.get(tableKey(source));
    const [first] = byTable.get(tableKey(source)) ?? [];
    if (first && first !== source) mistakes.remark(sharedSource(source, first));
    if (node) mistakes.remark(sharedSource(source, node));
    if (isQueryNode(node) && isPersonal(source.tags, source.meta)) mistakes.push(markedWhole(source, node));
    return { ...withMarks(source, sharing(source), isPersonal), ...(node && { node: node.uniqueId }) };
  });
  return {
    sources: shared,
    nodes: new Map(built.map((node) => [node.uniqueId, withMarks(node, sharing(node), isPersonal)])),
  };
}

/**
 * Sources and seeds over the same file as a source that SQL of the project makes. Their marks hold for that source, since no
 * YAML declares it. Patterns of files are compared later, when the files are listed (`requireSameMarks`).
 */
function overSameFile(owner: TableOwner, others: readonly TableOwner[], directory: string): readonly TableOwner[] {
  if (owner.resourceType !== 'source' || isDeclared(owner)) return [];
  const files = filesOf(owner, directory);
  return others.filter((other) => filesOf(other, directory).some((file) => files.includes(file)));
}

/** Absolute paths of the files of a source or seed. */
function filesOf(owner: TableOwner, directory: string): readonly string[] {
  switch (owner.resourceType) {
    case 'source':
      return pathsOf(owner.file?.text ?? '').map((path) => resolve(directory, path));
    case 'seed':
      return [resolve(directory, owner.location.file)];
    case 'model':
    case 'snapshot':
      return [];
    default:
      return unreachable(owner);
  }
}

/** Key by which shared tables are found. An ephemeral model has no table: its key is the name of its CTE. */
function tableKey(resource: TableOwner): string {
  const { database, schema, alias }: Pick<Placement, 'database' | 'schema' | 'alias'> = isEphemeral(resource)
    ? { database: '', schema: '', alias: cteName(resource) }
    : resource;
  return nameKey(database, schema, alias);
}

function withMarks<Owner extends TableOwner>(
  owner: Owner,
  others: readonly TableOwner[],
  isPersonal: IsPersonal,
): Owner {
  let { tags, meta, columns }: Marked & { readonly columns: Columns } = owner;
  for (const other of others) {
    // Only of a source that no node makes are the paths in a JSON column followed: a node has the mark on the column.
    const described = [...other.columns.values()];
    // Lineage follows the paths in a JSON column of a source alone: in a node, the mark of a path is one of the column.
    columns = withColumns(
      columns,
      owner.resourceType === 'source' ? described : described.map(wholeColumn),
      isPersonal,
    );
    // A mark on a whole source or seed holds for all its columns; one on a model or snapshot does not.
    if (isMarkedWhole(owner) && isMarkedWhole(other)) ({ tags, meta } = marksOf({ tags, meta }, other, isPersonal));
  }
  return others.length === 0 ? owner : { ...owner, tags, meta, columns };
}

function isMarkedWhole(owner: TableOwner): boolean {
  switch (owner.resourceType) {
    case 'source':
    case 'seed':
      return true;
    case 'model':
    case 'snapshot':
      return false;
    default:
      return unreachable(owner);
  }
}

interface Marked {
  readonly tags: readonly string[];
  readonly meta: Meta;
}

/** Tags and meta of two owners of a table. For a key of both, the value of the personal one counts. */
function marksOf(one: Marked, other: Marked, isPersonal: IsPersonal): Marked {
  if (!isPersonal(other.tags, other.meta)) return { tags: one.tags, meta: one.meta };
  return { tags: [...new Set([...one.tags, ...other.tags])], meta: { ...one.meta, ...other.meta } };
}

function withColumns(columns: Columns, others: readonly Column[], isPersonal: IsPersonal): Columns {
  const merged = new Map<string, Column>(columns);
  for (const other of others) {
    if (!isPersonal(other.tags, other.meta)) continue;
    const [name, column] = [...merged].find(([candidate]) => sameName(candidate, other.name)) ?? [
      other.name,
      undefined,
    ];
    merged.set(name, column ? { ...column, ...marksOf(column, other, isPersonal) } : other);
  }
  return merged;
}

/** A column with the marks of a path in it. */
function wholeColumn({ path, ...column }: Column): Column {
  return path ? { ...column, name: path.column } : column;
}

function sharedTable(first: TableNode, second: TableNode): Mistake {
  const { schema, alias } = isEphemeral(second) ? { schema: '', alias: cteName(second) } : second;
  const table = [schema, alias].filter((part) => part !== '').join('.');
  return {
    code: 'duplicate-table',
    message: `${describe(second)} is the table ${table}, as is ${describe(first)}.`,
    location: second.location,
    fix: 'give one of them another alias or schema',
  };
}

function sharedSource(source: Source, other: TableOwner): Mistake {
  return {
    code: 'shared-table',
    message: `${describe(source)} is the table ${source.schema}.${source.identifier}, as is ${describe(other)}: marks on either hold for both.`,
    location: source.location,
  };
}

function markedWhole(source: Source, node: TableNode): Mistake {
  return {
    code: 'source-is-built',
    message: `${describe(source)} is personal as a whole, and is the table of ${describe(node)}, whose columns are marked one by one.`,
    location: source.location,
    fix: `read it with ref('${node.name}'), or mark its columns`,
  };
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
