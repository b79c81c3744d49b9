import { posix } from 'node:path';
import type { ContractConfig } from '../../config/fenceline-config.ts';
import type { Classification } from '../../contract/classify.ts';
import type { PiiColumn } from '../../contract/finding.ts';
import { modelPiiFlows } from '../../contract/pii-flow.ts';
import { tierOf } from '../../contract/tier.ts';
import type { ColumnRef, NodeLineage } from '../../lineage/flow.ts';
import { ROWS, SIZE } from '../../lineage/plan/flows/local-flow.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import { formatLocation } from '../../location.ts';
import { nameKey } from '../../name.ts';
import { type Column, isQueryNode, isTableNode, isTest, type Source, type TableNode } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import type { Report } from '../../report/report.ts';
import type { SiteColumn, SiteColumnRef, SiteHolding, SiteNode, SiteTest } from '../../site/site.ts';
import { hideLiterals } from './hide-literals.ts';

/** The nodes of a page, and where each of their columns is. */
export interface NodeIndex {
  readonly nodes: readonly SiteNode[];
  /** Index of a node; `undefined` for one that the page does not have, such as a test. */
  nodeAt(uniqueId: string): number | undefined;
  /** Indexes of a column; −1 for the rows of the node. `undefined` for a column that the page does not have. */
  columnAt(column: ColumnRef): SiteColumnRef | undefined;
}

export interface SiteNodesOptions {
  readonly project: Project;
  /** A trace without personal names: see `readableTrace`. */
  readonly lineage: TracedProject;
  readonly classification: Classification;
  readonly report: Report;
  readonly contract: ContractConfig;
  readonly sql: 'with-sql' | 'without-sql';
}

type Table = Source | TableNode;

export function siteNodes(options: SiteNodesOptions): NodeIndex {
  const { project, lineage } = options;
  const nodes = project.order.flatMap((uniqueId) => {
    const node = project.nodes.get(uniqueId);
    return node && isTableNode(node) ? [node] : [];
  });
  const tables: readonly Table[] = [...project.sources.values(), ...nodes];
  const indexes = new Map(tables.map(({ uniqueId }, index) => [uniqueId, index]));
  const read = columnsRead(lineage);
  const columns = tables.map((table) => columnsOf(table, lineage.nodes.get(table.uniqueId), read.get(table.uniqueId)));
  const places = columns.map((ofTable) => new Map(ofTable.map(({ name }, index) => [nameKey(name), index])));
  const index = {
    nodeAt: (uniqueId: string) => indexes.get(uniqueId),
    columnAt({ uniqueId, column }: ColumnRef): SiteColumnRef | undefined {
      const node = indexes.get(uniqueId);
      if (node === undefined) return undefined;
      if (column === ROWS || column === SIZE) return [node, -1];
      const place = places[node]?.get(nameKey(column));
      return place === undefined ? undefined : [node, place];
    },
  };
  const tests = testsByNode(options);
  return {
    ...index,
    nodes: tables.map((table, at) =>
      siteNode(table, columns[at] ?? [], tests.get(table.uniqueId) ?? [], index, options),
    ),
  };
}

/** Columns that the queries read, by the unique id of their table: a source need not declare all of its columns. */
function columnsRead({ queries }: TracedProject): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const read = new Map<string, Map<string, string>>();
  for (const { columns, dataset } of queries.values()) {
    for (const { source } of [...columns.flatMap(({ flows }) => flows), ...dataset]) {
      const ofTable = read.get(source.uniqueId) ?? new Map<string, string>();
      if (source.column !== ROWS && source.column !== SIZE) ofTable.set(nameKey(source.column), source.column);
      read.set(source.uniqueId, ofTable);
    }
  }
  return read;
}

interface NamedColumn {
  readonly name: string;
  readonly type: string | undefined;
}

function columnsOf(
  { columns }: Table,
  lineage: NodeLineage | undefined,
  read: ReadonlyMap<string, string> = new Map(),
): readonly NamedColumn[] {
  if (lineage?.status === 'traced' && lineage.columns.length > 0) return lineage.columns;
  const declared = [...columns.values()].map(({ name, dataType }) => ({ name, type: dataType }));
  const names = new Set(declared.map(({ name }) => nameKey(name)));
  const others = [...read].flatMap(([key, name]) => (names.has(key) ? [] : [name]));
  return [...declared, ...others.map((name) => ({ name, type: undefined }))];
}

function siteNode(
  table: Table,
  columns: readonly NamedColumn[],
  tests: readonly SiteTest[],
  index: Pick<NodeIndex, 'nodeAt' | 'columnAt'>,
  options: SiteNodesOptions,
): SiteNode {
  const { lineage, report, contract, classification, sql } = options;
  const { uniqueId, resourceType, description, tags, packageName } = table;
  const traced = lineage.nodes.get(uniqueId);
  const isUnknown = traced?.status === 'unknown' || (traced === undefined && isQuery(table));
  const tier = isQuery(table) ? tierOf(table, contract.tiers)?.name : undefined;
  const built = report.build?.find((result) => result.uniqueId === uniqueId)?.status;
  const parents = resourceType === 'source' ? [] : table.dependsOn.nodes;
  const written = new Map([...table.columns.values()].map((column) => [nameKey(column.name), column] as const));
  const holdings = traced?.status === 'traced' ? holdingsOf(traced, classification, index) : new Map();
  return {
    id: uniqueId,
    name: resourceType === 'source' ? `${table.sourceName}.${table.name}` : table.name,
    kind: resourceType,
    folder: resourceType === 'source' ? table.sourceName : posix.dirname(table.path).replace(/^\.$/, ''),
    file: table.location.file,
    package: packageName,
    ...(resourceType !== 'source' && { materialized: table.config.materialized }),
    ...(tier !== undefined && { tier }),
    status: isUnknown ? 'unknown' : 'traced',
    ...(traced?.status === 'unknown' && { reason: traced.reason }),
    ...(description !== '' && { description }),
    tags,
    parents: parents.flatMap((parent) => index.nodeAt(parent) ?? []),
    columns: columns.map((column) => {
      const key = nameKey(column.name);
      const mark = classification.find({ uniqueId, column: column.name });
      return siteColumn(column, written.get(key), mark, holdings.get(key) ?? []);
    }),
    tests,
    ...(built !== undefined && { built }),
    ...(sql === 'with-sql' && isQuery(table) && { sql: hideLiterals(table.rawCode) }),
  };
}

function isQuery(table: Table): table is Extract<TableNode, { readonly rawCode: string }> {
  return table.resourceType !== 'source' && isQueryNode(table);
}

function holdingsOf(
  lineage: Extract<NodeLineage, { status: 'traced' }>,
  classification: Classification,
  { columnAt }: Pick<NodeIndex, 'columnAt'>,
): ReadonlyMap<string, readonly SiteHolding[]> {
  return new Map(
    modelPiiFlows(lineage, classification).columns.map(({ name, flows }) => [
      nameKey(name),
      flows.flatMap(({ flow, source, state }): SiteHolding[] => {
        const at = flow.type === 'DIRECT' ? columnAt(source) : undefined;
        const masks = flow.masks.length > 0 && { masks: flow.masks };
        return at ? [{ source: at, state, ...masks }] : [];
      }),
    ]),
  );
}

function siteColumn(
  { name, type }: NamedColumn,
  written: Column | undefined,
  mark: PiiColumn | undefined,
  holds: readonly SiteHolding[],
): SiteColumn {
  const sensitivity = written?.meta['sensitivity'];
  return {
    name,
    ...((type ?? written?.dataType) !== undefined && { type: type ?? written?.dataType ?? '' }),
    ...(written && written.tags.length > 0 && { tags: written.tags }),
    ...(mark && { piiType: mark.piiType }),
    ...(typeof sensitivity === 'string' && { sensitivity }),
    ...(written && written.description !== '' && { description: written.description }),
    ...(written && { declared: formatLocation(written.location) }),
    ...(holds.length > 0 && { holds }),
  };
}

/** Tests by the unique ids of what they read; a generic test belongs to the node that declares it. */
function testsByNode({ project, report }: SiteNodesOptions): ReadonlyMap<string, readonly SiteTest[]> {
  const results = new Map((report.build ?? []).map(({ uniqueId, status }) => [uniqueId, status]));
  const tests = new Map<string, SiteTest[]>();
  for (const node of project.nodes.values()) {
    if (!isTest(node)) continue;
    const status = results.get(node.uniqueId);
    const test = {
      name: node.generic?.testName ?? node.name,
      ...(node.generic?.columnName !== undefined && { column: node.generic.columnName }),
      ...(status !== undefined && { status }),
    };
    for (const subject of node.generic ? [node.generic.attachedNode] : node.dependsOn.nodes) {
      tests.set(subject, [...(tests.get(subject) ?? []), test]);
    }
  }
  return tests;
}
