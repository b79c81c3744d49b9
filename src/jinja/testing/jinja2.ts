import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The result of a template: its text, or the kind of the error that stopped it. */
export interface Rendered {
  readonly text?: string;
  readonly error?: string;
  readonly message?: string;
}

const SCRIPT = fileURLToPath(new URL('./render-jinja2.py', import.meta.url));

/** The command of a Python with Jinja2 3.1: FENCELINE_JINJA_PYTHON, or `python3`; `undefined` if it has none. */
export function findJinja2(): string | undefined {
  const candidates = [process.env['FENCELINE_JINJA_PYTHON'] ?? '', 'python3'].filter((path) => path !== '');
  const program = 'import jinja2; print(jinja2.__version__)';
  return candidates.find((python) =>
    spawnSync(python, ['-c', program], { encoding: 'utf8' }).stdout?.startsWith('3.1.'),
  );
}

/** Jinja2 in a Python process. It answers in the order of the requests. */
export class Jinja2 implements Disposable {
  readonly #process: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #lines: Interface;

  constructor(python: string, context: string) {
    const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on('line', (line) => this.#waiting.shift()?.(line));
    child.stdin.write(`${JSON.stringify({ context })}\n`);
  }

  async render(template: string): Promise<Rendered> {
    const answer = new Promise<string>((resolve) => this.#waiting.push(resolve));
    this.#process.stdin?.write(`${JSON.stringify({ template })}\n`);
    return JSON.parse(await answer);
  }

  [Symbol.dispose](): void {
    this.#lines.close();
    this.#process.kill();
  }
}
