/**
 * Lets a command go on when nobody reads its output any more (`fenceline ls | head`): its files and its exit code stand. Any
 * other failure of stdout, as on a full disk, ends the process with exit code 3, since the results are not written. What cannot
 * be written to stderr is lost, since it holds progress and errors alone.
 */
export function handleOutputErrors(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    process.stderr.write(
      `failed The output cannot be written (${code}).\n  fix: free some space, or write it elsewhere\n`,
    );
    process.exit(3);
  });
}
