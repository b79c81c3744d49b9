import type { Location } from '../location.ts';
import { unreachable } from '../unreachable.ts';

/** Fields of all resources of a project. Their names are those of dbt's manifest v12, in camelCase. */
interface Described {
  /** `model.<package>.<name>`, `source.<package>.<source>.<table>`, `test.<package>.<name>.<hash>`, … */
  readonly uniqueId: string;
  /** Name of the resource. For a version of a model it ends in the version, as the unique id does: `dim_users.v2`. */
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

/** The value of `meta`: keys and values of YAML, which templates see as a dict. */
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
  /** Present for a path in a JSON column of a source, which is declared and marked as if it were a column. */
  readonly path?: JsonPath;
}

/** A declared path in a column that holds JSON. */
export interface JsonPath {
  /** Name of the column that holds the JSON. */
  readonly column: string;
  /** Names of the members on the way, from the outside in; at least one. */
  readonly members: readonly string[];
  /** Name of the column and the members, with dots: `after.address.street`. */
  readonly name: string;
}

/** Columns and constraints that a model declares for its table, and that the build enforces (dbt: an enforced contract). */
export interface Contract {
  /** Columns in the order of the table. */
  readonly columns: readonly Column[];
  /** Constraints that the engine checks if the model is a table. */
  readonly constraints: readonly Constraint[];
}

export interface Constraint {
  /** `not_null`, `unique`, `primary_key`, `check`, or a type that is not supported. */
  readonly type: string;
  readonly columns: readonly string[];
  readonly expression: string | undefined;
  readonly location: Location;
}

/** Columns by name, in the spelling of YAML. Compare names with `sameName`: DuckDB ignores case. */
export type Columns = ReadonlyMap<string, Column>;

/** Database, schema and name of a relation. `relationName` is the text that dbt prints for it: `"db"."schema"."name"`. */
export interface Placement {
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly relationName: string;
  /** Absent: all parts of the name are quoted. */
  readonly quoting?: Quoting;
}

/** Whether each part of the name of a relation is quoted when it is printed (dbt: `quoting`). */
export interface Quoting {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

export interface Source extends Described, Placement {
  readonly resourceType: 'source';
  readonly sourceName: string;
  /** The `description` of the whole source in YAML; each table has its own. */
  readonly sourceDescription?: string;
  /** Name of the tool that fills the source, as YAML has it. */
  readonly loader?: string;
  readonly freshness?: Freshness;
  /** Name of the table in the warehouse; `alias` is equal. */
  readonly identifier: string;
  /** Unique id of the node that makes the table; absent for a table that the project does not make. */
  readonly node?: string;
  /** Present for a table of a Postgres that the profile attaches: sync copies it into the warehouse. */
  readonly isInPostgres?: true;
  /** Files in place of a table (dbt-duckdb: `external_location`). They are loaded into the table before the build. */
  readonly file?: SourceFile;
  readonly columns: Columns;
  /** Columns in the recorded catalogue, for use where the table cannot be reached; absent for none. */
  readonly recorded?: readonly RecordedColumn[];
  readonly location: Location;
}

/** A column in the recorded catalogue, with its type as DuckDB spells it. */
export interface RecordedColumn {
  readonly name: string;
  readonly type: string;
}

/** The file, or files, with the rows of a source. */
export interface SourceFile {
  /** `file` is read. `remote` (files of another machine) and `sql` (a query) are not. */
  readonly kind: 'file' | 'remote' | 'sql';
  /** A path in quotes, or a call: `read_csv('data/people.csv', header = true)`. */
  readonly text: string;
  /** `sql`: no YAML declares the source; SQL of the project reads the files itself. */
  readonly writtenIn: 'yaml' | 'sql';
}

/** Whether YAML declares a source. A source that only SQL makes does not exist in dbt. */
export function isDeclared({ file }: Source): boolean {
  return file?.writtenIn !== 'sql';
}

/** Limits on the age of the rows of a source (dbt: freshness). Texts are SQL of the project. */
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

/** Arguments of a call of ref(), and its place. */
export interface RefCall {
  readonly name: string;
  readonly packageName: string | undefined;
  /** The argument `version`: a number or a text. */
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
  /** All macros that the template names, also inside of other macros. */
  readonly macros: readonly string[];
  /** The macros that the template calls itself (dbt: `depends_on.macros`); absent for a resource without a template. */
  readonly ownCalls?: readonly string[];
}

interface Compilable extends Described, Placement {
  readonly rawCode: string;
  readonly language: 'sql';
  readonly config: NodeConfig;
  /** The configuration before Jinja, without dbt's defaults. */
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
  /** Moment from which the model is no longer kept, in ISO 8601. */
  readonly deprecationDate?: string;
  /** Present for a model with a day in each row, which metrics use (dbt: `time_spine`). */
  readonly timeSpine?: Meta;
}

/** The version that a model is, and the model that it is a version of. */
export interface ModelVersion {
  /** Name of the model, which all versions share and refs use. */
  readonly model: string;
  readonly v: string | number;
  /** The version that a ref without one means. */
  readonly latest: string | number;
}

/** A table that keeps earlier versions of the rows of its query (dbt: slowly changing dimension, type 2). */
export interface Snapshot extends Compilable {
  readonly resourceType: 'snapshot';
}

/** A node whose rows come from a query. */
export type QueryNode = Model | Snapshot;

/** A CSV file loaded as a table. */
export interface Seed extends Omit<Compilable, 'rawCode' | 'language'> {
  readonly resourceType: 'seed';
  /** Places of `column_types` in a properties file, by column; those of dbt_project.yml have no place. */
  readonly columnTypeLocations?: ReadonlyMap<string, Location>;
}

export interface Test extends Compilable {
  readonly resourceType: 'test';
  /** Name and arguments of a generic test, and the node and column that it tests; `undefined` for a singular test. */
  readonly generic: GenericTest | undefined;
}

export interface GenericTest {
  readonly testName: string;
  readonly columnName: string | undefined;
  /** Unique id of the node or source that is tested. */
  readonly attachedNode: string;
  readonly kwargs: Meta;
}

export type Node = Model | Snapshot | Seed | Test;

/** A node that refs can name. It becomes a table, a view, or, if ephemeral, a CTE. */
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

/** Whether a resource is a test of data: it has no rows that another node could read. */
export function isTest(resource: Resource): resource is Test {
  switch (resource.resourceType) {
    case 'test':
      return true;
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'source':
    case 'exposure':
    case 'unit_test':
      return false;
    default:
      return unreachable(resource);
  }
}

/** The version of a resource; `undefined` for one without versions. */
export function versionOf(resource: Resource): ModelVersion | undefined {
  return resource.resourceType === 'model' ? resource.version : undefined;
}

/** Name and arguments of a generic test, and the node and column that it tests; `undefined` for any other resource. */
export function genericTestOf(resource: Resource): GenericTest | undefined {
  switch (resource.resourceType) {
    case 'test':
      return resource.generic;
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'source':
    case 'exposure':
    case 'unit_test':
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

/** A test of a model's query on rows that its author writes (dbt: unit test). It has no rows of its own. */
export interface UnitTest extends Described {
  readonly resourceType: 'unit_test';
  /** Name of the tested model, without its version. */
  readonly model: string;
  /** Version of the tested model; absent for a model without versions. */
  readonly version?: string | number;
  /** Schema of the tested model. */
  readonly schema: string;
  readonly given: readonly UnitTestInput[];
  readonly expected: FixtureRows;
  readonly overrides: UnitTestOverrides;
  /** Its only node is the tested model. */
  readonly dependsOn: DependsOn;
  readonly location: Location;
}

/** The rows that a unit test puts in the place of one input of its model. */
export interface UnitTestInput {
  /** The input as it is written: `ref('people')`, `source('crm', 'users')`, or `this`. */
  readonly written: string;
  /** `this` is the model's own table; `undefined`: it is none of the three. */
  readonly call: UnitTestCall | undefined;
  readonly rows: FixtureRows;
  readonly location: Location;
}

export type UnitTestCall =
  | { readonly kind: 'ref'; readonly ref: RefCall }
  | { readonly kind: 'source'; readonly source: SourceCall }
  | { readonly kind: 'this' };

/** Rows that an author writes: as values by column, or as a query. */
export type FixtureRows =
  | { readonly kind: 'values'; readonly rows: readonly ReadonlyMap<string, unknown>[] }
  | { readonly kind: 'sql'; readonly text: string };

/** Values that replace the results of macros, vars and environment variables in a unit test, by name. */
export interface UnitTestOverrides {
  /** Keyed by `macro` or `package.macro`. */
  readonly macros: ReadonlyMap<string, unknown>;
  readonly vars: ReadonlyMap<string, unknown>;
  readonly environment: ReadonlyMap<string, string>;
}

/** A node, source, exposure or unit test: each has a unique id and can be selected. */
export type Resource = Node | Source | Exposure | UnitTest;

/** The merged configuration of a node. `other` has the keys that have no field here. */
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
  /** Status of a test with failures. This field and those up to `storedAs` are read for tests only. */
  readonly severity: 'error' | 'warn';
  readonly where: string | undefined;
  readonly limit: number | undefined;
  readonly failCalc: string;
  readonly warnIf: string;
  readonly errorIf: string;
  /** The configuration `store_failures_as`, or what `store_failures` means; `undefined` where neither is written. */
  readonly storeFailuresAs: 'table' | 'view' | 'ephemeral' | undefined;
  /** The relation that keeps the failures of the test, also because of the command's flag; `undefined`: none. */
  readonly storedAs: 'table' | 'view' | undefined;
  /** Hooks that run before (`preHook`) and after the node. Their SQL has Jinja, which is rendered just before they run. */
  readonly preHook: readonly Hook[];
  readonly postHook: readonly Hook[];
  readonly other: Meta;
}

export interface Hook {
  readonly sql: string;
  readonly transaction: boolean;
}
