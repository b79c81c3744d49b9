import type { Location } from '../location.ts';
import { unreachable } from '../unreachable.ts';

/** The fields that all resources of a project have. Names are dbt's (manifest v12), in camelCase. */
interface Described {
  /** `model.<package>.<name>`, `source.<package>.<source>.<table>`, `test.<package>.<name>.<hash>`, … */
  readonly uniqueId: string;
  /** The name of a version of a model ends in its version, as its unique id does: `dim_users.v2`. */
  readonly name: string;
  readonly packageName: string;
  /** Path below the model, seed or test folder: `marts/safe/funnel.sql`. */
  readonly path: string;
  /** Path below the folder of its package: `models/marts/safe/funnel.sql`. */
  readonly originalFilePath: string;
  readonly fqn: readonly string[];
  readonly description: string;
  readonly tags: readonly string[];
  readonly meta: Meta;
}

/** A `meta` as YAML has it; Jinja sees it as a dict. */
export type Meta = { readonly [key: string]: unknown };

export interface Column {
  readonly name: string;
  readonly description: string;
  readonly dataType: string | undefined;
  /** Place of the value of `data_type`. */
  readonly dataTypeLocation?: Location;
  readonly tags: readonly string[];
  readonly meta: Meta;
  /** Place of the column in a properties file. */
  readonly location: Location;
}

/** A promise of a model about its table, which the build holds (dbt: an enforced contract). */
export interface Contract {
  /** In the order that the table has them. */
  readonly columns: readonly Column[];
  /** Held by the engine where the model is a table. */
  readonly constraints: readonly Constraint[];
}

export interface Constraint {
  /** Type as written: `not_null`, `unique`, `primary_key`, `check`, or one that is not supported. */
  readonly type: string;
  readonly columns: readonly string[];
  readonly expression: string | undefined;
  readonly location: Location;
}

/** Columns by their names as YAML spells them. Compare these by `sameName`, as DuckDB does. */
export type Columns = ReadonlyMap<string, Column>;

/** The place of a node in the warehouse. `relationName` is what dbt renders for it: `"db"."schema"."name"`. */
export interface Placement {
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly relationName: string;
  /** Absent: every name is quoted. */
  readonly quoting?: Quoting;
}

/** Which names are quoted where a relation is printed (dbt: `quoting`). */
export interface Quoting {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

export interface Source extends Described, Placement {
  readonly resourceType: 'source';
  readonly sourceName: string;
  readonly freshness?: Freshness;
  /** The table's name in the warehouse; `alias` is the same. */
  readonly identifier: string;
  /** Unique id of the node of the project that makes the table; absent for a table from elsewhere. */
  readonly node?: string;
  /** dbt-duckdb: `external_location`. Its rows become the table before anything is built. */
  readonly file?: SourceFile;
  readonly columns: Columns;
  readonly location: Location;
}

/** The file, or files, that a source is read from in the place of a table. */
export interface SourceFile {
  /** `remote`: files of another machine, and `sql`: a query of its own; neither is read. */
  readonly kind: 'file' | 'remote' | 'sql';
  /** A path in quotes, or a call: `read_csv('data/people.csv', header = true)`. */
  readonly text: string;
}

/** How fresh the rows of a source must be (dbt: freshness). Texts are SQL of the project. */
export interface Freshness {
  readonly warnAfter: FreshnessLimit | undefined;
  readonly errorAfter: FreshnessLimit | undefined;
  readonly filter: string | undefined;
  readonly loadedAtField: string | undefined;
  readonly loadedAtQuery: string | undefined;
}

export interface FreshnessLimit {
  readonly count: number;
  readonly period: 'minute' | 'hour' | 'day';
}

/** A call of ref() as dbt records it, and its place. */
export interface RefCall {
  readonly name: string;
  readonly packageName: string | undefined;
  /** The version as the call gives it: a number or a text. */
  readonly version: string | number | undefined;
  readonly location: Location;
}
export interface SourceCall {
  readonly sourceName: string;
  readonly tableName: string;
  readonly location: Location;
}

export interface DependsOn {
  readonly nodes: readonly string[];
  readonly macros: readonly string[];
}

interface Compilable extends Described, Placement {
  readonly rawCode: string;
  readonly language: 'sql';
  readonly config: NodeConfig;
  /** The keys that the project gives, as written, before Jinja. */
  readonly unrenderedConfig?: Meta;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly dependsOn: DependsOn;
  readonly columns: Columns;
  /** The first line of its own file, or its place in a properties file. */
  readonly location: Location;
}

export interface Model extends Compilable {
  readonly resourceType: 'model';
  /** Absent for a model without versions. */
  readonly version?: ModelVersion;
  /** Absent where no contract is enforced. */
  readonly contract?: Contract;
}

/** Which version of which model. */
export interface ModelVersion {
  /** The name that all versions share, and that refs call. */
  readonly model: string;
  readonly v: string | number;
  /** The version that a ref without one means. */
  readonly latest: string | number;
}

/** A table that keeps the rows that its query gave at other times (dbt: slowly changing dimension, type 2). */
export interface Snapshot extends Compilable {
  readonly resourceType: 'snapshot';
}

/** A node that is the result of a query. */
export type QueryNode = Model | Snapshot;

/** A CSV file loaded as a table. */
export interface Seed extends Omit<Compilable, 'rawCode' | 'language'> {
  readonly resourceType: 'seed';
  /** Places at which a properties file gives columns their types; `column_types` of dbt_project.yml have no place. */
  readonly columnTypeLocations?: ReadonlyMap<string, Location>;
}

export interface Test extends Compilable {
  readonly resourceType: 'test';
  /** The test and its subject, of a generic test; a singular test is only its SQL. */
  readonly generic: GenericTest | undefined;
}

export interface GenericTest {
  readonly testName: string;
  readonly columnName: string | undefined;
  /** Unique id of the node or source that it is on. */
  readonly attachedNode: string;
  readonly kwargs: Meta;
}

export type Node = Model | Snapshot | Seed | Test;

/** A node that refs can name: its rows are a table, a view, or a part of the queries that read it. */
export type TableNode = QueryNode | Seed;

/** A node with SQL of its own. */
export type SqlNode = QueryNode | Test;

export function isQueryNode(node: Node | undefined): node is QueryNode {
  switch (node?.resourceType) {
    case 'model':
    case 'snapshot':
      return true;
    case 'seed':
    case 'test':
    case undefined:
      return false;
    default:
      return unreachable(node);
  }
}

export function isTableNode(node: Node): node is TableNode {
  switch (node.resourceType) {
    case 'model':
    case 'snapshot':
    case 'seed':
      return true;
    case 'test':
      return false;
    default:
      return unreachable(node);
  }
}

/** Whether a resource judges what others built: it has no rows that another node could read. */
export function isTest(resource: Resource): resource is Test {
  switch (resource.resourceType) {
    case 'test':
      return true;
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'source':
    case 'exposure':
      return false;
    default:
      return unreachable(resource);
  }
}

/** Which version of which model a resource is; `undefined` for one without versions. */
export function versionOf(resource: Resource): ModelVersion | undefined {
  return resource.resourceType === 'model' ? resource.version : undefined;
}

/** The generic test that a node is, and what it is on; `undefined` for any other node. */
export function genericTestOf(resource: Resource): GenericTest | undefined {
  switch (resource.resourceType) {
    case 'test':
      return resource.generic;
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'source':
    case 'exposure':
      return undefined;
    default:
      return unreachable(resource);
  }
}

export function isSqlNode(node: Node): node is SqlNode {
  switch (node.resourceType) {
    case 'model':
    case 'snapshot':
    case 'test':
      return true;
    case 'seed':
      return false;
    default:
      return unreachable(node);
  }
}

/** A use of models outside of the project: a dashboard, a notebook, an application. Nothing is built for it. */
export interface Exposure extends Described {
  readonly resourceType: 'exposure';
  /** `dashboard`, `notebook`, `analysis`, `ml` or `application`. */
  readonly type: string;
  readonly label: string | undefined;
  readonly maturity: string | undefined;
  readonly url: string | undefined;
  readonly owner: Meta;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly dependsOn: DependsOn;
  readonly location: Location;
}

/** Everything that has a unique id and can be selected. */
export type Resource = Node | Source | Exposure;

/** The merged configuration of a node. `other` has every key without a field of its own. */
export interface NodeConfig {
  readonly enabled: boolean;
  /** `view`, `table`, `ephemeral` or `incremental` of a model; else the type of the node. */
  readonly materialized: string;
  readonly schema: string | undefined;
  readonly alias: string | undefined;
  readonly database: string | undefined;
  readonly tags: readonly string[];
  readonly meta: Meta;
  readonly fullRefresh: boolean | undefined;
  /** How bad a failure of a test is; the fields up to `storeFailures` are those of tests. */
  readonly severity: 'error' | 'warn';
  readonly where: string | undefined;
  readonly limit: number | undefined;
  readonly failCalc: string;
  readonly warnIf: string;
  readonly errorIf: string;
  readonly storeFailures: boolean;
  /** SQL templates, rendered just before they run. */
  readonly preHook: readonly Hook[];
  readonly postHook: readonly Hook[];
  readonly other: Meta;
}

export interface Hook {
  readonly sql: string;
  readonly transaction: boolean;
}
