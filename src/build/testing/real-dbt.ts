import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DbtBuild, DbtTable } from './dbt-cases.ts';

/** The results of real dbt for the builds and queries of one case. */
export interface RealBuilds {
  readonly builds: readonly ({ readonly nodes: readonly string[] } | { readonly refused: string })[];
  readonly rows: readonly DbtTable['rows'][];
}

const SCRIPT = fileURLToPath(new URL('./run-dbt.py', import.meta.url));

/** Path of a Python, from the variable FENCELINE_DBT_PYTHON; `undefined` if none is set, or if it has no dbt-duckdb. */
export function findDbt(): string | undefined {
  const python = process.env['FENCELINE_DBT_PYTHON'];
  if (!python) return undefined;
  const { status } = spawnSync(python, ['-c', 'import dbt.adapters.duckdb']);
  return status === 0 ? python : undefined;
}

/** A Python process that runs dbt. It answers requests in their order. */
export class RealDbt implements Disposable {
  readonly #process;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(python: string) {
    this.#process = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
  }

  async build(directory: string, builds: readonly DbtBuild[], tables: readonly DbtTable[]): Promise<RealBuilds> {
    const answer = new Promise<string>((resolve) => this.#waiting.push(resolve));
    const request = { directory, builds: builds.map(toArguments), queries: tables.map(({ query }) => query) };
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await answer);
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}

function toArguments({ dbt: _, ...options }: DbtBuild): readonly string[] {
  const flags = Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll('_', '-')}`;
    if (value === true) return [flag];
    return [flag, typeof value === 'string' ? value : JSON.stringify(value)];
  });
  return ['build', ...flags];
}
