/** Time in which servers and statements may stop by themselves. The listeners of `exit` take less than another second. */
const GRACE_MILLISECONDS = 1_000;

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * An abort signal that fires on the first SIGINT, SIGTERM or SIGHUP (a closed terminal). The process ends within two
 * seconds of it, even in the middle of a statement. A second signal ends the process at once.
 */
export function abortOnInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      process.exitCode = SIGNALS[name];
      process.once(name, () => endNow(name));
      setTimeout(() => endNow(name), GRACE_MILLISECONDS).unref();
      interrupted.abort();
    });
  }
  return interrupted.signal;
}

/**
 * Ends the process by the signal itself: `process.exit` would wait for the threads of Node's pool, and DuckDB does not
 * interrupt some statements. Other listeners of `exit` run first: they remove temporary folders and stop servers.
 */
function endNow(name: keyof typeof SIGNALS): void {
  process.once('exit', () => {
    process.stderr.write('interrupted; work that did not stop in time was ended\n');
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  });
  process.exit(SIGNALS[name]);
}
