import { vi } from 'vitest';

/** The lines written while it acts: workflow commands go to stdout, where the runner reads them. */
export function captureStdout(act: () => void): readonly string[] {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(...String(chunk).split(/\r?\n/).filter(Boolean));
    return true;
  });
  try {
    act();
  } finally {
    write.mockRestore();
  }
  return lines;
}
