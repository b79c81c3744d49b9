import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SqlError, sqlErrorKind } from '../../warehouse/sql-error.ts';
import type { Row } from '../../warehouse/warehouse.ts';

/** A statement for the engine's process; its answer has the same id. */
export interface EngineRequest {
  readonly id: number;
  /** A statement that runs before `sql`, if any. If it fails, its error is the answer. */
  readonly first?: string;
  readonly sql: string;
  readonly wantsRows: boolean;
}

type Statement = Omit<EngineRequest, 'id'>;

/** The rows of a statement, or the kind of its error. */
export type EngineAnswer =
  | { readonly id: number; readonly rows: readonly Row[] }
  | { readonly id: number; readonly kind: string };

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * DuckDB in a process of its own: a few of many thousand random queries crash it, and the tests must go on. A statement
 * that crashes the process fails with the kind `crash`. For the next statement a new process starts, in which only the
 * setup has run.
 */
export class Engine implements AsyncDisposable {
  readonly #folder: string;
  readonly #setup: string;
  readonly #waiting = new Map<number, (answer: EngineAnswer) => void>();
  #process: ChildProcess | undefined;
  #nextId = 0;
  /** The number of processes that have ended. */
  generation = 0;

  private constructor(folder: string, setup: string) {
    this.#folder = folder;
    this.#setup = setup;
  }

  /** @param setup statements that run first in every process */
  static async open(setup: string): Promise<Engine> {
    const folder = await mkdtemp(join(tmpdir(), 'fenceline-engine-'));
    await build({
      entryPoints: [join(ROOT, 'src/lineage/testing/engine-process.ts')],
      outfile: join(folder, 'engine.cjs'),
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      // Packages are found by NODE_PATH, which require() reads and import() does not.
      supported: { 'dynamic-import': false },
      logLevel: 'error',
    });
    const engine = new Engine(folder, setup);
    await engine.#renew();
    return engine;
  }

  async run(sql: string): Promise<void> {
    await this.#ask({ sql, wantsRows: false });
  }

  /** @param first a statement that runs before `sql`; one request for both is faster */
  rows(sql: string, first?: string): Promise<readonly Row[]> {
    return this.#ask({ sql, wantsRows: true, ...(first !== undefined && { first }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.removeAllListeners();
    this.#process?.kill('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ask(statement: Statement): Promise<readonly Row[]> {
    if (!this.#process) await this.#renew();
    return this.#send(statement);
  }

  async #renew(): Promise<void> {
    this.#process = this.#start();
    await this.#send({ sql: this.#setup, wantsRows: false });
  }

  async #send(statement: Statement): Promise<readonly Row[]> {
    const id = this.#nextId++;
    const answered = new Promise<EngineAnswer>((resolve) => this.#waiting.set(id, resolve));
    this.#process?.send({ id, ...statement } satisfies EngineRequest);
    const answer = await answered;
    if ('kind' in answer) throw new SqlError(sqlErrorKind(answer.kind), answer.kind, undefined);
    return answer.rows;
  }

  #start(): ChildProcess {
    const child = fork(join(this.#folder, 'engine.cjs'), {
      env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer: EngineAnswer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    child.on('exit', () => {
      this.#process = undefined;
      this.generation += 1;
      for (const [id, resolve] of this.#waiting) resolve({ id, kind: 'crash' });
      this.#waiting.clear();
    });
    return child;
  }
}
