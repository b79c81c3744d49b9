import { vi } from 'vitest';

/**
 * The lines written while it acts. Workflow commands go to stdout, where the runner reads them: those of a test must not
 * get to a runner that runs the tests.
 */
export async function captureStdout(act: () => void | Promise<void>): Promise<readonly string[]> {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(...String(chunk).split(/\r?\n/).filter(Boolean));
    return true;
  });
  try {
    await act();
  } finally {
    write.mockRestore();
  }
  return lines;
}
