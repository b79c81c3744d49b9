import { dirname, relative, sep } from 'node:path';
import type { ContractConfig } from '../config/fenceline-config.ts';
import type { Lineage } from '../lineage/flow.ts';
import type { Location } from '../location.ts';
import { nameKey } from '../name.ts';
import { isEphemeral } from '../project/ephemeral.ts';
import { isQueryNode, isTableNode, isTest, type Placement, type TableNode, type Test } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { Classification } from './classify.ts';
import type { PiiColumn, PiiInSchema } from './finding.ts';
import { lineageOf, type ModelFinding, modelFindings } from './model-findings.ts';
import { admits, compareStates, type Tier, tierOf } from './tier.ts';

/** The schemas that hold models of tiers, and whether they keep personal data of other tables out. */
export interface TierSchemas {
  /** The strictest tier with a table in a schema, by key of database and schema. */
  readonly tiers: ReadonlyMap<string, SchemaOfTier>;
  /** Keys of those schemas that hold a table with more personal data than their tier allows. */
  readonly mixed: ReadonlySet<string>;
  /**
   * Whether schemas separate the tiers: some model with more personal data than the strictest tier allows has a schema
   * without a table of that tier.
   */
  readonly areSeparate: boolean;
}

interface SchemaOfTier {
  readonly schema: string;
  readonly tier: Tier;
  readonly location: Location;
}

interface SchemaInput {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly classification: Classification;
  readonly contract: ContractConfig;
}

/** Finds the schemas that hold models of tiers, by the project's own contract. */
export function readTierSchemas(input: SchemaInput): TierSchemas {
  return schemasOver(tablesOf(input), input);
}

function schemasOver(tables: readonly TableInSchema[], input: SchemaInput): TierSchemas {
  const tiers = schemasOfTiers(input);
  const strictest = [...tiers.values()].reduce<SchemaOfTier | undefined>(
    (strict, schema) => (strict && compareStates(schema.tier.allow, strict.tier.allow) <= 0 ? strict : schema),
    undefined,
  );
  return {
    tiers,
    mixed: new Set(
      [...tiers]
        .filter(([key, { tier }]) => tables.some((table) => keyOf(table) === key && excessOf(table, tier)))
        .map(([key]) => key),
    ),
    areSeparate:
      strictest !== undefined &&
      tables.some(
        (table) =>
          table.isOwnModel &&
          tiers.get(keyOf(table))?.tier.name !== strictest.tier.name &&
          excessOf(table, strictest.tier) !== undefined,
      ),
  };
}

/**
 * Finds tables with personal data in the schema of a tier that does not allow it, whichever folder they are in: whoever
 * may read the schema may read them. In a project whose schemas do not separate tiers, on the base neither, one finding
 * says so for the whole schema.
 * @param base the schemas of the base, which keep their tiers; absent where nothing is compared
 */
export function piiInSchemas(input: SchemaInput, base: TierSchemas | undefined): readonly PiiInSchema[] {
  const tables = tablesOf(input);
  const head = schemasOver(tables, input);
  const schemas = new Map([...(base?.tiers ?? []), ...head.tiers]);
  return [...schemas].flatMap(([key, { schema, location }]) => {
    const tier = stricter(head.tiers.get(key)?.tier, base?.tiers.get(key)?.tier);
    if (!tier) return [];
    const found = tables
      .filter((table) => keyOf(table) === key)
      .flatMap((table) => {
        const excess = excessOf(table, tier);
        return excess ? [{ table, excess }] : [];
      });
    if (found.length === 0) return [];
    const wasClean = base?.tiers.has(key) === true && !base.mixed.has(key);
    if (!head.areSeparate && !base?.areSeparate && !wasClean) {
      const holder = { kind: 'schema', tables: found.length } as const;
      return [{ rule: 'pii-in-schema', severity: 'warning', schema, tier, holder, location } as const];
    }
    return found.map(({ table, excess }): PiiInSchema => {
      const holder = { kind: 'table', name: table.name, source: excess.source } as const;
      return { rule: 'pii-in-schema', severity: 'error', schema, tier, holder, location: table.location };
    });
  });
}

/**
 * Finds files of external models with personal data in the folder of a tier that does not allow it, or below that folder:
 * a reader of the folder may read them. The project folder itself is the folder of no tier.
 */
export function piiInFolders(input: SchemaInput): readonly PiiInSchema[] {
  const { project, contract } = input;
  const folders = new Map<string, Tier>();
  for (const { node, folder } of filesOf(project)) {
    const tier = tierOf(node, contract.tiers);
    if (tier && tier.allow !== 'clear') folders.set(folder, stricter(folders.get(folder), tier) ?? tier);
  }
  const tables = new Map(tablesOf(input).map((table) => [table.uniqueId, table]));
  return [...folders].flatMap(([folder, tier]) =>
    filesOf(project).flatMap(({ node, folder: other }): readonly PiiInSchema[] => {
      const table = tables.get(node.uniqueId);
      const excess = `${other}/`.startsWith(`${folder}/`) && table && excessOf(table, tier);
      if (!excess) return [];
      const holder = { kind: 'file', name: node.name, source: excess.source } as const;
      return [{ rule: 'pii-in-schema', severity: 'error', schema: folder, tier, holder, location: node.location }];
    }),
  );
}

/** The external models that write a file into a folder below the project folder, with that folder. */
function filesOf({ nodes, externalFiles, directory }: Project) {
  return [...nodes.values()].flatMap((node) => {
    const file = externalFiles.get(node.uniqueId);
    if (!file || !isQueryNode(node)) return [];
    const folder = relative(directory, dirname(file.path)).split(sep).join('/');
    return folder === '' ? [] : [{ node, folder }];
  });
}

/** The stricter of two tiers: a schema keeps the tier that it has on the base. */
function stricter(a: Tier | undefined, b: Tier | undefined): Tier | undefined {
  if (!a || !b) return a ?? b;
  return compareStates(a.allow, b.allow) < 0 ? b : a;
}

/** The schemas in which models of tiers have tables, each with the strictest of them. */
function schemasOfTiers({ project, contract }: SchemaInput): ReadonlyMap<string, SchemaOfTier> {
  const schemas = new Map<string, SchemaOfTier>();
  for (const node of project.nodes.values()) {
    const tier = isQueryNode(node) && hasTable(node) ? tierOf(node, contract.tiers) : undefined;
    if (!tier || tier.allow === 'clear') continue;
    const present = schemas.get(keyOf(node));
    if (present && compareStates(present.tier.allow, tier.allow) >= 0) continue;
    const location = contract.tiers.find(({ name }) => name === tier.name)?.location ?? node.location;
    schemas.set(keyOf(node), { schema: node.schema, tier, location });
  }
  return schemas;
}

function keyOf({ database, schema }: Pick<Placement, 'database' | 'schema'>): string {
  return nameKey(database, schema);
}

/** A table, view, seed or source in the warehouse. */
interface TableInSchema extends Pick<Placement, 'database' | 'schema'> {
  readonly uniqueId: string;
  readonly name: string;
  readonly location: Location;
  readonly isOwnModel: boolean;
  readonly tier: Tier | undefined;
  /** The personal data that it holds beyond what a tier allows. */
  readonly excess: (tier: Tier) => Excess | undefined;
}

interface Excess {
  /** Absent where the table cannot be traced. */
  readonly source: PiiColumn | undefined;
}

/**
 * The personal data that a table holds beyond a tier; the tables of that tier itself, or of one as strict, are judged
 * as models in it. What a table's own tier does not allow either is an error of that tier, and no second one here.
 */
function excessOf(table: TableInSchema, tier: Tier): Excess | undefined {
  if (table.tier && compareStates(table.tier.allow, tier.allow) >= 0) return undefined;
  if (table.tier && table.excess(table.tier)) return undefined;
  return table.excess(tier);
}

function tablesOf({ project, lineage, classification, contract }: SchemaInput): readonly TableInSchema[] {
  const sources = [...project.sources.values()].map((source): TableInSchema => {
    const name = `${source.sourceName}.${source.name}`;
    const personal = personalColumn(source.uniqueId, source.columns.keys(), classification);
    return { ...source, name, isOwnModel: false, tier: undefined, excess: ofRoot(personal) };
  });
  const nodes = [...project.nodes.values()].flatMap((node): readonly TableInSchema[] => {
    if (!isTableNode(node) || !hasTable(node)) return [];
    if (!isQueryNode(node)) {
      const personal = personalColumn(node.uniqueId, node.columns.keys(), classification);
      return [{ ...node, isOwnModel: false, tier: undefined, excess: ofRoot(personal) }];
    }
    const excess = (tier: Tier): Excess | undefined => {
      const model = { model: node, tier, lineage: lineageOf(node, lineage) };
      const errors = modelFindings(model, classification, contract).filter(({ severity }) => severity === 'error');
      const [first] = errors.filter(isAboutColumn);
      return errors.length > 0 ? { source: first?.source } : undefined;
    };
    const isOwnModel = node.resourceType === 'model' && node.packageName === project.name;
    return [{ ...node, isOwnModel, tier: tierOf(node, contract.tiers), excess }];
  });
  const tests = [...project.nodes.values()].filter(isTest).filter(keepsFailures);
  // Nobody traces what a test keeps, and its arguments may be any SQL.
  const kept = tests.map((test): TableInSchema => {
    return { ...test, isOwnModel: false, tier: undefined, excess: () => ({ source: undefined }) };
  });
  return [...sources, ...nodes, ...kept];
}

/** Whether the rows that fail a test stay in a relation of its own (dbt: store_failures). */
function keepsFailures({ config: { storeFailuresAs } }: Test): boolean {
  return storeFailuresAs === 'table' || storeFailuresAs === 'view';
}

function hasTable(node: TableNode): boolean {
  return !isEphemeral(node);
}

function isAboutColumn(finding: ModelFinding): finding is Exclude<ModelFinding, { readonly rule: 'unknown-flow' }> {
  return finding.rule !== 'unknown-flow';
}

/** A root holds the whole values of its personal columns. */
function ofRoot(source: PiiColumn | undefined): TableInSchema['excess'] {
  return (tier) => (source && !admits(tier, 'clear') ? { source } : undefined);
}

/** The first personal column of a source or seed; a tag on the whole table holds where no column is declared, too. */
function personalColumn(
  uniqueId: string,
  columns: Iterable<string>,
  classification: Classification,
): PiiColumn | undefined {
  for (const column of [...columns, '*']) {
    const found = classification.find({ uniqueId, column });
    if (found) return found;
  }
  return undefined;
}
