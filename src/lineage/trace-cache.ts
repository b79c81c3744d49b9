import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tableContract } from '../project/contract.ts';
import type { QueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { sql } from '../sql.ts';
import { VERSION } from '../version.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';
import type { QueryTrace } from './query-trace.ts';

/** The trace of one query, and the columns of its table. */
export interface CachedTrace {
  readonly query: QueryTrace;
  readonly columns: readonly ColumnType[];
}

/**
 * Cache of query traces. The key of a trace contains everything that the trace depends on, so all stages of a run share
 * one cache: also those that trace the project with other types, with a change, or as it is on the base.
 */
export class TraceCache {
  /** Traces of the run before. */
  #savedTraces: ReadonlyMap<string, CachedTrace> = new Map();
  readonly #usedTraces = new Map<string, CachedTrace>();

  /**
   * Reads the traces of the run before; a missing or damaged file has none. The file must not be below the project folder:
   * the author of a pull request could write it, and so invent a trace.
   */
  async read(file: string): Promise<void> {
    this.#savedTraces = await readTraces(file);
  }

  get(key: string): CachedTrace | undefined {
    const found = this.#usedTraces.get(key) ?? this.#savedTraces.get(key);
    if (found) this.#usedTraces.set(key, found);
    return found;
  }

  put(key: string, trace: CachedTrace): void {
    this.#usedTraces.set(key, trace);
  }

  /** Writes the traces that this run used, and no others. */
  async write(file: string): Promise<void> {
    const isSame =
      this.#usedTraces.size === this.#savedTraces.size &&
      [...this.#usedTraces.keys()].every((key) => this.#savedTraces.has(key));
    if (isSame) return;
    const written = `${file}.${process.pid}`;
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(written, JSON.stringify([...this.#usedTraces]), { mode: 0o600 });
      await rename(written, file);
    } catch {
      // Without the cache (no folder, a full disk) the next run is only slower.
      await rm(written, { force: true });
    }
  }
}

/**
 * Part of each key: the versions of Fenceline and DuckDB, the names of all relations, since a new table may change what an
 * old query reads, the declared paths in JSON columns, and all functions that are not DuckDB's own: a macro may change what any query does.
 */
export async function surroundingsOf({ sources, nodes, target }: Project, warehouse: Warehouse): Promise<string> {
  const [engine] = await warehouse.rows(sql`select version() as version`);
  const functions = await warehouse.rows(sql`
    select database_name, schema_name, function_name, function_type, parameters::varchar as parameters, macro_definition
    from duckdb_functions() where not internal order by all`);
  const names = [...sources.values(), ...nodes.values()].map(({ uniqueId, database, schema, alias }) =>
    [uniqueId, database, schema, alias].join('\u0000'),
  );
  const paths = [...sources.values()].flatMap(({ uniqueId, columns }) =>
    [...columns.values()].flatMap(({ path }) => (path ? [`${uniqueId}.${path.name}`] : [])),
  );
  return hashOf([VERSION, engine?.['version'], target.database, target.schema, names.sort(), paths.sort(), functions]);
}

/** Parts of a cache key for one query; {@link surroundingsOf} gives the part that all queries share. */
export interface QueryKey {
  readonly node: QueryNode;
  readonly run: 'first' | 'later';
  /** The plain text, which runs. */
  readonly sql: string;
  /** The marked text and the masks in it, without the nonce. */
  readonly marks: readonly unknown[];
  /** Tables that the query may read, with their columns; `undefined` for unknown columns. */
  readonly inputs: readonly { readonly uniqueId: string; readonly columns: readonly ColumnType[] | undefined }[];
}

export function queryKey(surroundings: string, { node, run, sql, marks, inputs }: QueryKey): string {
  const { uniqueId, rawCode, location, config } = node;
  const order = tableContract(node)?.columns.map(({ name }) => name) ?? null;
  const own = [uniqueId, rawCode, location, config.materialized, order, run];
  const read = inputs.map((input) => [input.uniqueId, input.columns ?? null]);
  return hashOf([surroundings, own, sql, marks, read]);
}

/** Two different lists never have the same JSON. */
function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function readTraces(file: string): Promise<ReadonlyMap<string, CachedTrace>> {
  try {
    // `write` wrote the file into a folder of the user. Each key contains the version of Fenceline, which stands for the
    // shape of the traces.
    return new Map(JSON.parse(await readFile(file, 'utf8')) as readonly (readonly [string, CachedTrace])[]);
  } catch {
    return new Map();
  }
}
