import pc from 'picocolors';
import type { Progress } from '../progress.ts';
import { terminalText } from '../report/escape.ts';
import { type Colors, stageLine, stepLine } from '../report/progress-line.ts';

/** The two streams of a command: results go to stdout, progress and errors to stderr. */
export interface Terminal {
  /** Colours of stdout and of stderr. A stream that is no terminal has none; with NO_COLOR neither has any. */
  readonly outColors: Colors;
  readonly errColors: Colors;
  /** Columns of stdout; 100 if it is no terminal. */
  readonly width: number;
  out(text: string): void;
  err(text: string): void;
  readonly progress: Progress;
}

/** `quiet`: results and errors only. `verbose`: every step. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

export function openTerminal(process: NodeJS.Process, verbosity: Verbosity): Terminal {
  const hasColors = (stream: NodeJS.WriteStream) =>
    process.env['FORCE_COLOR']
      ? true
      : Boolean(stream.isTTY) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  const errColors = pc.createColors(hasColors(process.stderr));
  const line = transientLine(process.stderr);
  const err = (text: string) => {
    line.clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    outColors: pc.createColors(hasColors(process.stdout)),
    errColors,
    width: process.stdout.columns ?? 100,
    out: (text) => {
      line.clear();
      process.stdout.write(`${text}\n`);
    },
    err,
    progress: (event) => {
      if (verbosity === 'quiet') return;
      switch (event.kind) {
        case 'stage-started':
          line.show(`  ${event.stage} …`);
          break;
        case 'update':
          line.show(`  ${event.stage} … ${terminalText(event.text)}`);
          break;
        case 'step':
          if (verbosity === 'verbose' || event.status === 'warn' || event.status === 'fail')
            err(stepLine(event, errColors));
          else line.show(`  ${event.stage} … ${terminalText(event.text)}`);
          break;
        case 'stage-ended':
          err(stageLine(event, errColors));
          break;
      }
    },
  };
}

/** A last line that is overwritten as work goes on; nothing is written if the stream is no terminal. */
function transientLine(stream: NodeJS.WriteStream): { show(text: string): void; clear(): void } {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  const clear = () => stream.write('\r\u001b[K');
  return { clear, show: (text) => stream.write(`\r\u001b[K${text.slice(0, stream.columns - 1)}`) };
}
