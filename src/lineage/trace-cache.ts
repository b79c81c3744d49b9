import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { QueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { VERSION } from '../version.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';
import type { QueryTrace } from './query-trace.ts';

/** What one rendering of a model gave: its flows, and the columns of its table. */
export interface CachedTrace {
  readonly query: QueryTrace;
  readonly columns: readonly ColumnType[];
}

/**
 * Traces from the run before, by all that they depend on. The file must lie where nobody writes who could write a pull
 * request: whoever puts a trace into it says what flows. So it is never below the project.
 */
export class TraceCache {
  readonly #file: string | undefined;
  readonly #before: ReadonlyMap<string, CachedTrace>;
  readonly #now = new Map<string, CachedTrace>();

  private constructor(file: string | undefined, before: ReadonlyMap<string, CachedTrace>) {
    this.#file = file;
    this.#before = before;
  }

  /** Lasts as long as this process: for one project that is traced again when more is known of its sources. */
  static inMemory(): TraceCache {
    return new TraceCache(undefined, new Map());
  }

  /** A file that is missing or torn is an empty cache. */
  static async open(file: string): Promise<TraceCache> {
    return new TraceCache(file, await readTraces(file));
  }

  get(key: string): CachedTrace | undefined {
    const found = this.#now.get(key) ?? this.#before.get(key);
    if (found) this.#now.set(key, found);
    return found;
  }

  put(key: string, trace: CachedTrace): void {
    this.#now.set(key, trace);
  }

  /** Keeps what this run asked for or put in, and nothing else. */
  async save(): Promise<void> {
    const isSame = this.#now.size === this.#before.size && [...this.#now.keys()].every((key) => this.#before.has(key));
    if (isSame || this.#file === undefined) return;
    const written = `${this.#file}.${process.pid}`;
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      await writeFile(written, JSON.stringify([...this.#now]), { mode: 0o600 });
      await rename(written, this.#file);
    } catch {
      // A folder nobody may write, or a full disk: the next run is slower, and no less right.
      await rm(written, { force: true });
    }
  }
}

/**
 * Part of each key: the versions of Fenceline and DuckDB, and the names of all relations, since a new table may change
 * what an old query reads.
 */
export async function surroundingsOf({ sources, nodes, target }: Project, warehouse: Warehouse): Promise<string> {
  const [engine] = await warehouse.rows('select version() as version');
  const names = [...sources.values(), ...nodes.values()].map(({ uniqueId, database, schema, alias }) =>
    [uniqueId, database, schema, alias].join('\u0000'),
  );
  return hashOf([VERSION, engine?.['version'], target.database, target.schema, names.sort()]);
}

/** What the trace of a query is made from, besides its surroundings. */
export interface QueryKey {
  readonly node: QueryNode;
  readonly run: 'first' | 'later';
  /** As it runs. */
  readonly sql: string;
  /** What stands between the marks of masks. */
  readonly marks: readonly unknown[];
  /** Tables that it may read; `undefined` for one without known columns. */
  readonly inputs: readonly { readonly uniqueId: string; readonly columns: readonly ColumnType[] | undefined }[];
}

export function queryKey(surroundings: string, { node, run, sql, marks, inputs }: QueryKey): string {
  const { uniqueId, rawCode, location, config } = node;
  const own = [uniqueId, rawCode, location, config.materialized, run];
  const read = inputs.map((input) => [input.uniqueId, input.columns ?? null]);
  return hashOf([surroundings, own, sql, marks, read]);
}

/** JSON spells no two lists as the same text. */
function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function readTraces(file: string): Promise<ReadonlyMap<string, CachedTrace>> {
  try {
    // Written by save, in a folder of the user's own: its shape goes with the version in every key.
    return new Map(JSON.parse(await readFile(file, 'utf8')) as readonly (readonly [string, CachedTrace])[]);
  } catch {
    return new Map();
  }
}
