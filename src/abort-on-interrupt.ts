/** Time for everything that was started to stop by itself. With what is left to do at exit, it is over within two seconds. */
const GRACE_MILLISECONDS = 1_000;

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * A signal that aborts on the first SIGINT or SIGTERM. The process ends by the second one, or when it has not stopped in
 * time, wherever it is then.
 */
export function abortOnInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
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
 * `process.exit` alone waits for the threads of Node's pool, and with them for a statement of the engine that does not
 * hear its interrupt. So the last listener ends the process by the signal, as if nobody had listened to it. The listeners
 * before it remove temporary folders and stop servers.
 */
function endNow(name: keyof typeof SIGNALS): void {
  process.once('exit', () => {
    process.stderr.write('interrupted; what did not stop was ended\n');
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  });
  process.exit(SIGNALS[name]);
}
