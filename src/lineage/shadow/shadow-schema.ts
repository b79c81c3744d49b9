import type { Source } from '../../project/node.ts';
import type { Adapter, Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { lockSettings, openUnlocked } from '../../warehouse/duckdb.ts';
import { quoteIdentifier, quoteRelation } from '../../warehouse/relation.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { TableName } from '../plan/operator.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { storedColumns } from './stored-columns.ts';

/** The place of a node's or source's table. */
interface Place {
  readonly uniqueId: string;
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
}

/**
 * An in-memory copy of the warehouse without rows, for binding queries: every source, seed and model is an empty table.
 * A model that is a view is a table as well, since the plan of a view is that of its own query. The database is locked:
 * SQL of the project reaches neither files nor the network from here.
 */
export class ShadowSchema implements AsyncDisposable {
  readonly warehouse: Warehouse;
  /**
   * A session whose plans keep every PIVOT as one operator, which has the names of its columns, however few values it
   * lists.
   */
  readonly pivots: Warehouse;
  readonly #tables = new Map<string, Place>();
  readonly #columns = new Map<string, readonly ColumnType[]>();
  /** Statements that create declared tables; {@link ready} runs them. */
  #declarations: string[] = [];

  private constructor(warehouse: Warehouse, pivots: Warehouse) {
    this.warehouse = warehouse;
    this.pivots = pivots;
  }

  /**
   * Creates a table for each source and seed with known columns.
   *
   * @throws {UserError} for a declared type that is none
   */
  static async open(project: Project, columns: ReadonlyMap<string, readonly ColumnType[]>): Promise<ShadowSchema> {
    const warehouse = await openUnlocked({ threads: 1 });
    try {
      const pivots = await warehouse.session();
      const shadow = new ShadowSchema(warehouse, pivots);
      // Nothing runs here, and an optimizer would cut plans down, since there are no rows.
      await warehouse.run('pragma disable_optimizer');
      await pivots.run('pragma disable_optimizer; set pivot_filter_threshold = 0');
      await lockSettings(warehouse);
      await warehouse.run(layout(project));
      await pivots.run(`use ${quoteRelation({ schema: project.target.database, name: project.target.schema })}`);
      // Sources come behind nodes: where a source and a seed have one table, it is the source's, which has all the
      // seed's tags.
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
    return this.#tables.get(keyOf(catalog, schema, name))?.uniqueId;
  }

  /** Columns of a node's or source's table; `undefined` where there is none. */
  columnsOf(uniqueId: string): readonly ColumnType[] | undefined {
    return this.#columns.get(uniqueId);
  }

  /** The names of all tables, for a message about one that does not exist. */
  tableNames(): readonly string[] {
    return [...this.#tables.values()].map(({ alias }) => alias);
  }

  /** Creates the table that a model's query would make, without running it, and gives its columns. */
  async create(place: Place, query: string): Promise<readonly ColumnType[]> {
    const columns = storedColumns(await this.warehouse.describe(query));
    await this.warehouse.run(createTable(place, columns));
    this.#add(place, columns);
    return columns;
  }

  /** Adds a table whose columns are known already; {@link ready} creates it. */
  declare(place: Place, columns: readonly ColumnType[]): void {
    this.#declarations.push(createTable(place, columns));
    this.#add(place, columns);
  }

  /** Creates the declared tables. It must be called before anything is planned or described. */
  async ready(): Promise<Warehouse> {
    const declarations = this.#declarations;
    this.#declarations = [];
    if (declarations.length > 0) await this.warehouse.run(declarations.join(';\n'));
    return this.warehouse;
  }

  /** Answers templates without rows: which tables there are, and their columns. */
  adapter(): Adapter {
    return {
      query: () => Promise.reject(new UnknownFlow('a template that asks the data')),
      relationType: async (schema, name) => (this.#find(schema, name) ? 'table' : undefined),
      columns: async (schema, name) => {
        const place = this.#find(schema, name);
        return (place && this.columnsOf(place.uniqueId)) ?? [];
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.warehouse[Symbol.asyncDispose]();
  }

  async #createRoots(
    project: Project,
    roots: readonly Place[],
    columns: ReadonlyMap<string, readonly ColumnType[]>,
  ): Promise<void> {
    const places = roots.filter(({ uniqueId }) => (columns.get(uniqueId)?.length ?? 0) > 0);
    const statements = new Map(
      places.map((place) => [
        keyOf(place.database, place.schema, place.alias),
        createTable(place, columns.get(place.uniqueId) ?? []),
      ]),
    );
    try {
      await this.warehouse.run([...statements.values()].join(';\n'));
    } catch (cause) {
      if (!(cause instanceof SqlError)) throw cause;
      throw await this.#findMistake(project, places, columns, cause);
    }
    for (const place of places) {
      this.#add(place, await this.warehouse.describe(`select * from ${quotePlace(place)}`));
    }
  }

  /** The mistake for which no table could be created: the first declared type that is none. */
  async #findMistake(
    project: Project,
    places: readonly Place[],
    columns: ReadonlyMap<string, readonly ColumnType[]>,
    cause: SqlError,
  ): Promise<Error> {
    for (const { uniqueId } of places) {
      for (const { name, type } of columns.get(uniqueId) ?? []) {
        const isType = await this.warehouse.describe(`select null::${type}`).then(
          () => true,
          () => false,
        );
        if (!isType) return typeMistake(project.sources.get(uniqueId), uniqueId, name, type, cause);
      }
    }
    return new Error('internal: the shadow schema cannot be created', { cause });
  }

  #add(place: Place, columns: readonly ColumnType[]): void {
    this.#columns.set(place.uniqueId, columns);
    this.#tables.set(keyOf(place.database, place.schema, place.alias), place);
  }

  #find(schema: string, name: string): Place | undefined {
    for (const place of this.#tables.values()) {
      if (keyOf('', place.schema, place.alias) === keyOf('', schema, name)) return place;
    }
    return undefined;
  }
}

function typeMistake(
  source: Source | undefined,
  uniqueId: string,
  column: string,
  type: string,
  cause: SqlError,
): UserError {
  const declared =
    source?.columns.get(column) ?? [...(source?.columns.values() ?? [])].find(({ name }) => name === column);
  const location = declared?.location ?? source?.location;
  return new UserError(
    {
      code: 'unknown-type',
      message: `'${type}' of column ${column} of ${source ? `${source.sourceName}.${source.name}` : uniqueId} is no type DuckDB knows.`,
      fix: 'Write data_type as DuckDB spells it, such as varchar, bigint or timestamptz.',
      ...(location && { location }),
    },
    { cause },
  );
}

/** Statements that create the databases and schemas of all tables. */
function layout(project: Project): string {
  const places: readonly Place[] = [...project.sources.values(), ...project.nodes.values()];
  const databases = new Set([project.target.database, ...places.map(({ database }) => database)]);
  const schemas = new Set(places.map(({ database, schema }) => quoteRelation({ schema: database, name: schema })));
  schemas.add(quoteRelation({ schema: project.target.database, name: project.target.schema }));
  return [
    ...[...databases]
      .filter((name) => !OWN_DATABASES.has(name.toLowerCase()))
      .map((name) => `attach ':memory:' as ${quoteIdentifier(name)}`),
    ...[...schemas].map((schema) => `create schema if not exists ${schema}`),
    // A session of the build finds a plain name there, whatever the target's schema is.
    `use ${quoteRelation({ schema: project.target.database, name: 'main' })}`,
  ].join(';\n');
}

/** The databases that an in-memory DuckDB has from the start. */
const OWN_DATABASES: ReadonlySet<string> = new Set(['memory', 'system', 'temp']);

function createTable(place: Place, columns: readonly ColumnType[]): string {
  const list = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
  return `create table ${quotePlace(place)} (${list.join(', ')})`;
}

function quotePlace({ database, schema, alias }: Place): string {
  return `${quoteIdentifier(database)}.${quoteRelation({ schema, name: alias })}`;
}

function keyOf(database: string, schema: string, name: string): string {
  return [database, schema, name].join('\u0000').toLowerCase();
}
