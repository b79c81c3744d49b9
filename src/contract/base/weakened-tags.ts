import type { SyncConfig } from '../../config/fenceline-config.ts';
import { postgresName } from '../../config/postgres-name.ts';
import { nameKey, sameName } from '../../name.ts';
import { type Column, isTableNode, type Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { type Classification, classify } from '../classify.ts';
import { type BaseSide, type HeadSide, predecessorOf, type Weakening } from './contract-change.ts';

/**
 * Finds columns that lost their tag, that are no longer declared, or that are copied from Postgres and were not. A source
 * of the head is the same as one of the base when it has the same name, the same table in the warehouse, or the same
 * table in Postgres: renaming a source takes no tag away unseen.
 */
export function weakenedTags({ project, sync }: BaseSide, head: HeadSide): readonly Weakening[] {
  const after = classify(head.project);
  const copied = [...copiedColumns(sync, head, after), ...copiedTables(sync, head.sync)];
  if (!project) return copied;
  const comparison = { project, sync, head, before: classify(project), after };
  return [
    ...[...project.sources.values()].flatMap((source) => weakenedSource(source, comparison)),
    ...weakenedNodes(comparison),
    ...copied,
  ];
}

interface Comparison {
  /** The project of the base. */
  readonly project: Project;
  /** Tables that the base copies. */
  readonly sync: SyncConfig;
  readonly head: HeadSide;
  /** Tags of the base. */
  readonly before: Classification;
  /** Tags of the head. */
  readonly after: Classification;
}

function weakenedSource(source: Source, { sync, head, before, after }: Comparison): readonly Weakening[] {
  const origin = originOf(source, sync);
  const successors = [...head.project.sources.values()].filter(
    (candidate) =>
      candidate.uniqueId === source.uniqueId ||
      tableOf(candidate) === tableOf(source) ||
      (origin !== undefined && originOf(candidate, head.sync) === origin),
  );
  return successors.flatMap((successor) => [
    ...lostTableTag(source, successor, before, after),
    ...columnNames(source, successor, before).flatMap((column): Weakening[] => {
      const was = before.find({ uniqueId: source.uniqueId, column });
      if (after.find({ uniqueId: successor.uniqueId, column })) return [];
      const name = `${successor.sourceName}.${successor.name}.${column}`;
      const declared = findColumn(successor.columns.values(), column);
      if (declared) return was ? [untagged(name, was.piiType, declared)] : [];
      // The base never declared the column in a source of another name, so the head cannot have removed it.
      const isSame = successor.uniqueId === source.uniqueId;
      if ((!was && !isSame) || !mayBeCopied(successor, column, head.sync)) return [];
      const tag = was?.piiType ?? 'not personal';
      const change = { kind: 'undeclared', subject: name, was: tag, is: 'not declared' } as const;
      return [{ severity: was ? 'error' : 'warning', change, location: successor.location }];
    }),
  ]);
}

/** Finds a tag that a whole table lost: it held for every column, declared or not. */
function lostTableTag(
  source: Source,
  successor: Source,
  before: Classification,
  after: Classification,
): readonly Weakening[] {
  const was = before.find({ uniqueId: source.uniqueId, column: ANY_COLUMN });
  if (!was || after.find({ uniqueId: successor.uniqueId, column: ANY_COLUMN })) return [];
  return [untagged(`${successor.sourceName}.${successor.name}.*`, was.piiType, successor)];
}

/** A name that no column has: it gets the tags of the whole table alone. */
const ANY_COLUMN = '';

/**
 * Columns that the base declares, and those that only the head declares but a tag of the base on the whole table holds
 * for.
 */
function columnNames(source: Source, successor: Source, before: Classification): readonly string[] {
  const names = [...source.columns.values()].map(({ name }) => name);
  const added = [...successor.columns.values()]
    .map(({ name }) => name)
    .filter(
      (name) => !findColumn(source.columns.values(), name) && before.find({ uniqueId: source.uniqueId, column: name }),
    );
  return [...names, ...added];
}

function weakenedNodes({ project, head, before, after }: Comparison): readonly Weakening[] {
  const followed = new Set<string>();
  const pairs = [...head.project.nodes.values()].filter(isTableNode).map((node) => {
    const was = predecessorOf(node, head.project, project);
    if (was) followed.add(was.uniqueId);
    return { node, was };
  });
  const lost = [...project.nodes.values()].filter((was) => isTableNode(was) && !followed.has(was.uniqueId));
  // Any new model may be a lost one under another name, with all its columns.
  const added = pairs.filter(({ was }) => was === undefined).map(({ node }) => node);
  return [
    ...pairs.flatMap(({ node, was }) => (was ? [{ node, was }] : [])),
    ...lost.flatMap((was) => added.map((node) => ({ node, was }))),
  ].flatMap(({ node, was }) =>
    [...was.columns.values()].flatMap(({ name: column }): Weakening[] => {
      const tag = before.find({ uniqueId: was.uniqueId, column });
      if (!tag || after.find({ uniqueId: node.uniqueId, column }) || !mayHave(head, node.uniqueId, column)) return [];
      const declared = findColumn(node.columns.values(), column);
      return [untagged(`${node.name}.${column}`, tag.piiType, declared ?? node)];
    }),
  );
}

/** Whether a node of the head has a column; one that was not traced may have any. */
function mayHave({ lineage }: HeadSide, uniqueId: string, column: string): boolean {
  const traced = lineage.nodes.get(uniqueId);
  if (traced?.status !== 'traced') return true;
  return traced.columns.some(({ name }) => sameName(name, column));
}

function untagged(subject: string, was: string, { location }: Pick<Column, 'location'>): Weakening {
  return { severity: 'error', change: { kind: 'untagged', subject, was, is: 'not tagged' }, location };
}

function copiedColumns(before: SyncConfig, { sync, project }: HeadSide, after: Classification): readonly Weakening[] {
  return before.tables.flatMap(({ from, exclude }) =>
    sync.tables
      .filter((table) => postgresName(table.from) === postgresName(from))
      .flatMap((table) => {
        const warehouse = copyOf(table);
        const source = [...project.sources.values()].find((candidate) => tableOf(candidate) === warehouse);
        return exclude
          .filter((column) => !table.exclude.includes(column))
          .filter((column) => !source || !after.find({ uniqueId: source.uniqueId, column }))
          .map((column): Weakening => {
            const subject = `${postgresName(from)}.${column}`;
            const change = { kind: 'copied', subject, was: 'excluded', is: 'copied' } as const;
            return { severity: 'error', change, location: table.location };
          });
      }),
  );
}

/** Finds tables that only the head copies: nobody has yet reviewed which of their columns are personal. */
function copiedTables(before: SyncConfig, { tables }: SyncConfig): readonly Weakening[] {
  return tables
    .filter((table) => !before.tables.some((was) => postgresName(was.from) === postgresName(table.from)))
    .map((table): Weakening => {
      const change = {
        kind: 'table-added',
        subject: postgresName(table.from),
        was: 'not copied',
        is: table.name,
      } as const;
      return { severity: 'warning', change, location: table.location };
    });
}

/** Whether a column may be in the warehouse: it is copied, or something else than sync fills the table. */
function mayBeCopied(source: Source, column: string, sync: SyncConfig): boolean {
  const table = tableIn(source, sync);
  return !table?.exclude.includes(column);
}

function originOf(source: Source, sync: SyncConfig): string | undefined {
  const table = tableIn(source, sync);
  return table && postgresName(table.from);
}

function tableIn(source: Source, { tables }: SyncConfig): SyncConfig['tables'][number] | undefined {
  return tables.find((table) => copyOf(table) === tableOf(source));
}

/** Key of the warehouse table that a copied table becomes. */
function copyOf({ to }: Pick<SyncConfig['tables'][number], 'to'>): string {
  return nameKey(to.schema ?? 'main', to.table);
}

function tableOf({ schema, identifier }: Source): string {
  return nameKey(schema, identifier);
}

function findColumn(columns: Iterable<Column>, name: string): Column | undefined {
  return [...columns].find((column) => sameName(column.name, name));
}
