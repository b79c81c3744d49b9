import pg from 'pg';
import type { PostgresServer } from './server.ts';

/** A connection that is closed when disposed of, and never brings the process down when the server goes away. */
export async function connect(connection: PostgresServer['connection']): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionTimeoutMillis: 15_000, keepAlive: true, ...connection });
  // What was asked for rejects with the same error; without a listener Node would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return Object.assign(client, {
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  });
}
