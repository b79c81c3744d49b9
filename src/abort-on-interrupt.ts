/** Time for everything that was started to stop by itself. What is done at exit takes less than another second. */
const GRACE_MILLISECONDS = 1_000;

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * A signal that aborts on the first SIGINT, SIGTERM or SIGHUP, which comes when a terminal is closed. The process ends within two seconds of it, in the middle of a
 * statement if need be, and at once on a second one.
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
 * Ends the process by the signal itself: `process.exit` would wait for the threads of Node's pool, and some statements of
 * the engine do not hear an interrupt. Other listeners of `exit` come first: they remove temporary folders and stop
 * servers.
 */
function endNow(name: keyof typeof SIGNALS): void {
  process.once('exit', () => {
    process.stderr.write('interrupted; what did not stop was ended\n');
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  });
  process.exit(SIGNALS[name]);
}
