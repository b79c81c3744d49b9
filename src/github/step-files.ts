import { setOutput as setStepOutput, summary, warning } from '@actions/core';
import { visibleLines } from './log.ts';

/**
 * Sets an output of the step. A file that the runner did not make, or that cannot be written, is a warning: the verdict does
 * not depend on it.
 */
export function setOutput(name: string, value: string | number): void {
  try {
    setStepOutput(name, value);
  } catch (error) {
    warn(`skipped: the output ${name} could not be set`, error);
  }
}

/** Writes the job summary, which needs no permission. One that cannot be written is a warning. */
export async function writeSummary(markdown: string): Promise<void> {
  try {
    await summary.addRaw(markdown, true).write();
  } catch (error) {
    warn('skipped: the job summary could not be written', error);
  }
}

/** Ignores errors of stdout and stderr, so that a log that is closed or full does not change the verdict. */
export function survivesFullLog(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

function warn(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  warning(visibleLines(`${what}: ${reason}`));
}
