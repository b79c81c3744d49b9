import { nameKey, sameName } from '../../name.ts';
import type { Adapter, Project, QueryResult } from '../../project/project.ts';
import { unknownSeedType } from '../../project/seeds/unknown-type.ts';
import { identifier, joinSql, type Place, type ProjectSql, relation, type Sql, sql } from '../../sql.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { readConstantQuery } from '../../warehouse/constant-query.ts';
import { lockSettings, openUnlocked } from '../../warehouse/duckdb.ts';
import { readType } from '../../warehouse/one-type.ts';
import { ParseCache } from '../../warehouse/parse-cache.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { TableName } from '../plan/read/leaf-operator.ts';
import { isRootNode } from '../root-node.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { schemaStatements } from './schema-statements.ts';
import { storedColumns } from './stored-columns.ts';

/** The place of a node's or source's table. */
interface NodePlace extends Place {
  readonly uniqueId: string;
}

/**
 * An in-memory copy of the warehouse without rows, for binding queries: every source, seed and model is an empty table.
 * A model that is a view is a table as well, since the plan of a view is that of its own query. The database is locked:
 * SQL of the project reaches neither files nor the network from here.
 */
export class ShadowSchema implements AsyncDisposable {
  readonly warehouse: Warehouse;
  /**
   * A session whose plans keep every PIVOT as one operator, which has the names of its columns. Other sessions replace
   * a PIVOT with few values.
   */
  readonly pivots: Warehouse;
  readonly #tables = new Map<string, NodePlace>();
  /** Tables by schema and name without the database; the first one where several databases have such a table. */
  readonly #tablesOfSchemas = new Map<string, NodePlace>();
  readonly #columns = new Map<string, readonly ColumnType[]>();
  /** Types as the engine spells them, by the text in the project; `undefined` for a text that is not one type. */
  readonly #types = new Map<string, Sql | undefined>();
  /** Declared tables that {@link ready} has not created yet. */
  #declarations: { readonly place: NodePlace; readonly columns: readonly ColumnType[] }[] = [];

  private constructor(warehouse: Warehouse, pivots: Warehouse) {
    this.warehouse = warehouse;
    this.pivots = pivots;
  }

  /**
   * Creates a table for each source and seed with known columns.
   *
   * @throws {UserError} for a declared type that DuckDB does not know
   */
  static async open(
    project: Project,
    columns: ReadonlyMap<string, readonly ColumnType[]>,
    parses = new ParseCache(),
  ): Promise<ShadowSchema> {
    const warehouse = await openUnlocked({ threads: 1, parses });
    try {
      const pivots = await warehouse.session();
      const shadow = new ShadowSchema(warehouse, pivots);
      // Without rows, the optimizer would replace parts of a plan by an empty result. No query runs here, so it has no
      // use.
      await warehouse.run(sql`pragma disable_optimizer`);
      await pivots.run(sql`pragma disable_optimizer; set pivot_filter_threshold = 0`);
      await lockSettings(warehouse);
      await warehouse.run(schemaStatements(project));
      await pivots.run(sql`use ${identifier(project.target.database, project.target.schema)}`);
      const roots = [...project.nodes.values(), ...project.sources.values()];
      await shadow.#createRoots(project, roots, columns);
      return shadow;
    } catch (cause) {
      await warehouse[Symbol.asyncDispose]();
      throw cause;
    }
  }

  /** The unique id of a table's node or source; names are compared without case, as DuckDB does. */
  ownerOf({ catalog, schema, name }: TableName): string | undefined {
    return this.#tables.get(nameKey(catalog, schema, name))?.uniqueId;
  }

  /** Columns of a node's or source's table; `undefined` where there is none. */
  columnsOf(uniqueId: string): readonly ColumnType[] | undefined {
    return this.#columns.get(uniqueId);
  }

  /** The names of all tables, for a message about one that does not exist. */
  tableNames(): readonly string[] {
    return [...this.#tables.values()].map(({ alias }) => alias);
  }

  /**
   * Creates the table that a model's query would make, without running it, and gives the columns of the query.
   * @param arrange puts these columns in the order of the table
   */
  async create(
    place: NodePlace,
    query: ProjectSql,
    arrange = (columns: readonly ColumnType[]) => columns,
  ): Promise<readonly ColumnType[]> {
    const columns = storedColumns(await this.warehouse.describe(query));
    const arranged = arrange(columns);
    await this.warehouse.run(await this.#createTable(place, arranged));
    this.#add(place, arranged);
    return columns;
  }

  /** Notes the columns of a table without creating it, since no query will read it. */
  note(place: NodePlace, columns: readonly ColumnType[]): void {
    this.#add(place, columns);
  }

  /** Declares a table with these columns; {@link ready} creates it. */
  declare(place: NodePlace, columns: readonly ColumnType[]): void {
    this.#declarations.push({ place, columns });
    this.#add(place, columns);
  }

  /** Creates the declared tables. It must be called before anything is planned or described. */
  async ready(): Promise<Warehouse> {
    const declarations = this.#declarations;
    this.#declarations = [];
    const statements = await Promise.all(declarations.map(({ place, columns }) => this.#createTable(place, columns)));
    if (statements.length > 0) await this.warehouse.run(joinSql(statements, sql`; `));
    return this.warehouse;
  }

  /** Answers templates without rows: which tables there are, and their columns. */
  adapter(): Adapter {
    return {
      query: (text) => this.#answer(text),
      relationType: async (schema, name) => (this.#find(schema, name) ? 'table' : undefined),
      columns: async (schema, name) => {
        const place = this.#find(schema, name);
        return (place && this.columnsOf(place.uniqueId)) ?? [];
      },
    };
  }

  /** The result of a constant query; there are no rows to answer any other query. */
  async #answer(text: string): Promise<QueryResult> {
    const query = await readConstantQuery(text, this.warehouse);
    if (!query) throw new UnknownFlow('a template that asks the data');
    try {
      const columns = await this.warehouse.describe(query);
      const rows = await this.warehouse.rows(query);
      const names = columns.map(({ name }) => name);
      return { columns: names, types: columns.map(({ type }) => type), rows: rows.map((row) => Object.values(row)) };
    } catch (cause) {
      if (!(cause instanceof SqlError) || cause.kind === 'interrupt') throw cause;
      throw new UnknownFlow(`a query of its template that fails: ${cause.message.split('\n')[0]}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.warehouse[Symbol.asyncDispose]();
  }

  async #createRoots(
    project: Project,
    roots: readonly NodePlace[],
    columns: ReadonlyMap<string, readonly ColumnType[]>,
  ): Promise<void> {
    const statements = new Map<string, Sql>();
    const mistakes: Mistake[] = [];
    for (const place of roots) {
      const written = columns.get(place.uniqueId) ?? [];
      if (written.length === 0) continue;
      const stored: ColumnType[] = [];
      for (const column of written) {
        const type = await this.#typeOf(column);
        if (type) stored.push({ name: column.name, type: type.text });
        else mistakes.push(typeMistake(project, place, column));
      }
      if (mistakes.length > 0) continue;
      statements.set(keyOf(place), await this.#createTable(place, stored));
      this.#add(place, stored);
    }
    if (mistakes.length > 0) throw new UserError(mistakes);
    if (statements.size > 0) await this.warehouse.run(joinSql([...statements.values()], sql`; `));
  }

  async #createTable(place: Place, columns: readonly ColumnType[]): Promise<Sql> {
    const definitions: Sql[] = [];
    for (const column of columns) {
      const type = await this.#typeOf(column);
      // The type is not shown: names of fields and values of an ENUM may be data.
      if (!type) throw new SqlError('invalid type', 'a column has a type that no table can have', undefined);
      definitions.push(sql`${identifier(column.name)} ${type}`);
    }
    return sql`create table ${relation(place)} (${definitions})`;
  }

  async #typeOf({ type }: ColumnType): Promise<Sql | undefined> {
    if (!this.#types.has(type)) this.#types.set(type, await readType(type, this.warehouse));
    return this.#types.get(type);
  }

  #add(place: NodePlace, columns: readonly ColumnType[]): void {
    this.#columns.set(place.uniqueId, columns);
    this.#tables.set(keyOf(place), place);
    const key = nameKey(place.schema, place.alias);
    const first = this.#tablesOfSchemas.get(key);
    if (!first || keyOf(first) === keyOf(place)) this.#tablesOfSchemas.set(key, place);
  }

  #find(schema: string, name: string): NodePlace | undefined {
    return this.#tablesOfSchemas.get(nameKey(schema, name));
  }
}

function typeMistake({ sources, nodes }: Project, { uniqueId }: NodePlace, column: ColumnType): Mistake {
  const node = nodes.get(uniqueId);
  if (isRootNode(node)) return unknownSeedType(node, column);
  const source = sources.get(uniqueId);
  const declared = [...(source?.columns.values() ?? [])].find(({ name }) => sameName(name, column.name));
  const location = declared?.dataTypeLocation ?? declared?.location ?? source?.location;
  const owner = source ? `${source.sourceName}.${source.name}` : uniqueId;
  return {
    code: 'unknown-type',
    message: `'${column.type}' of column ${column.name} of ${owner} is no type DuckDB knows.`,
    fix: 'Write data_type as DuckDB spells it, such as varchar, bigint or timestamptz.',
    ...(location && { location }),
  };
}

function keyOf({ database, schema, alias }: Place): string {
  return nameKey(database, schema, alias);
}
