import { join } from 'node:path';
import { openPostgres } from '../../src/postgres/open-postgres.ts';
import type { PostgresServer } from '../../src/postgres/server.ts';
import { EXAMPLE } from './cli.ts';

/** A server with the example's data, for tests whose point is not how one is started: `--postgres-url` and its value. */
export async function sharedPostgres(): Promise<AsyncDisposable & { readonly args: readonly string[] }> {
  const server = await openPostgres({
    config: {
      version: undefined,
      url: undefined,
      setup: ['schema.sql', 'data.sql'].map((file) => join(EXAMPLE, 'fixtures', file)),
    },
    directory: EXAMPLE,
    mode: 'auto',
    environment: process.env,
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  return { args: ['--postgres-url', urlOf(server)], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function urlOf({ connection: { host = '', port = 5432, user = '', password, database = '' } }: PostgresServer): string {
  const login = typeof password === 'string' ? `${user}:${password}` : user;
  return host.startsWith('/')
    ? `postgres://${login}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgres://${login}@${host}:${port}/${database}`;
}
