// Opens a throwaway Postgres, prints its address, and keeps it until stdin ends or a signal comes.
import { once } from 'node:events';
import { openPostgres } from '../open-postgres.ts';

const [mode = 'auto'] = process.argv.slice(2);
const interrupted = new AbortController();
process.once('SIGTERM', () => interrupted.abort());

async function hold(): Promise<void> {
  await using server = await openPostgres({
    config: { version: undefined, url: undefined, setup: [] },
    directory: '/',
    mode: mode === 'pinned' || mode === 'system' ? mode : 'auto',
    environment: process.env,
    progress: () => undefined,
    signal: interrupted.signal,
  });
  const { origin, version, connection } = server;
  process.stdout.write(`${JSON.stringify({ origin, version, host: connection.host })}\n`);
  if (mode === 'exit') process.exit(7);
  process.stdin.resume();
  await Promise.race([once(process.stdin, 'end'), once(interrupted.signal, 'abort')]);
  process.stdin.pause();
}

hold().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
