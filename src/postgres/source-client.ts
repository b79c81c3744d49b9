import type { QueryResultRow } from 'pg';
import { type ConnectedClient, connect } from './connect.ts';
import { CopiedRows } from './copied-rows.ts';
import { errorCode } from './error-kind.ts';
import type { PostgresServer } from './server.ts';

/** A connection that reads. When the network falls silent its statements fail, so that no wait is without end. */
export interface SourceClient extends AsyncDisposable {
  /** The rows of one statement, or of the last of several without values. */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Asks which process of the server answers. In each transaction, since a pooler can give each another one. */
  noteProcess(): Promise<void>;
  /** Begins `copy … to stdout`. The stream must be read to its end before the next statement. */
  copy(text: string): CopiedRows;
  /** Closes the connection at once, also in the middle of an answer. The server ends its transaction. */
  cut(): void;
}

export interface SourceOptions {
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which another connection asks the server whether it still works. */
  readonly silence: number;
}

/** The error for a silent network: no byte came for a while, and the server does not work on an answer either. */
class NetworkSilence extends Error {
  /** Shown to people in the place of a code of the system. */
  readonly code = 'no byte came for too long';

  constructor() {
    super('the network is silent');
    this.name = 'NetworkSilence';
  }
}

/** Opens a connection that is cut when the network falls silent. @throws what `pg` and the system say */
export async function openSource(
  connection: PostgresServer['connection'],
  { signal, silence }: SourceOptions,
): Promise<SourceClient> {
  const client = await connect(connection, signal);
  let process: number | undefined;
  const watch = watchSilence(client, silence, () => isWorking(connection, process, { signal, silence }));
  const query: SourceClient['query'] = async (text, values) => {
    using _expected = watch.expect(() => true);
    return lastOf(await client.query(text, values && [...values])).rows;
  };
  return {
    query,
    async noteProcess() {
      const [answering] = await query<{ process: number }>('select pg_catalog.pg_backend_pid() as process');
      process = answering?.process;
    },
    copy(text) {
      const rows = client.query(new CopiedRows(text));
      // A stream that is full does not wait for the server: whoever reads it is slow.
      const expected = watch.expect(() => rows.readableLength < rows.readableHighWaterMark);
      rows.once('close', () => expected[Symbol.dispose]());
      // Errors arrive where the rows are read. Before somebody reads, an error without a listener would end the process.
      rows.on('error', () => undefined);
      return rows;
    },
    cut: () => void client.socket.destroy(),
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]();
      await client[Symbol.asyncDispose]();
    },
  };
}

/** `pg` gives a list of results for several statements, which its types do not say. */
function lastOf<Result>(results: Result | readonly Result[]): Result {
  const last = Array.isArray(results) ? results.at(-1) : results;
  if (last === undefined) throw new Error('internal: a statement without a result');
  return last;
}

interface SilenceWatch extends Disposable {
  /** Begins a wait for bytes, which are due whenever `isDue` says so. Disposing of the result ends the wait. */
  expect(isDue: () => boolean): Disposable;
}

function watchSilence({ socket }: ConnectedClient, silence: number, isWorking: () => Promise<boolean>): SilenceWatch {
  const claims = new Set<() => boolean>();
  let bytes = socket.bytesRead;
  let since = performance.now();
  let isProbing = false;
  const look = async () => {
    if (socket.bytesRead !== bytes || ![...claims].some((isDue) => isDue())) {
      bytes = socket.bytesRead;
      since = performance.now();
    }
    if (isProbing || performance.now() - since < silence) return;
    isProbing = true;
    const works = await isWorking();
    isProbing = false;
    since = performance.now();
    if (!works && socket.bytesRead === bytes) socket.destroy(new NetworkSilence());
  };
  const timer = setInterval(() => void look(), Math.min(1_000, silence / 4));
  return {
    expect(isDue) {
      claims.add(isDue);
      since = performance.now();
      return { [Symbol.dispose]: () => void claims.delete(isDue) };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Longest time, in milliseconds, in which a server that works answers a new connection. */
const LONGEST_PROBE = 10_000;

/**
 * Whether a process of the server still computes an answer, as a slow view does for minutes without a byte. It does not if
 * it waits for us, since what it sent is lost then. Another connection asks the server.
 */
async function isWorking(
  connection: PostgresServer['connection'],
  process: number | undefined,
  { signal, silence }: SourceOptions,
): Promise<boolean> {
  if (process === undefined) return false;
  const limit = Math.min(silence, LONGEST_PROBE);
  const given = { ...connection, connectionTimeoutMillis: limit, query_timeout: limit };
  try {
    await using client = await connect(given, signal);
    const { rows } = await client.query<{ works: boolean }>(
      `select state = 'active' and wait_event_type is distinct from 'Client' as works
       from pg_catalog.pg_stat_activity where pid = $1`,
      [process],
    );
    return rows[0]?.works ?? false;
  } catch {
    return false;
  }
}

/** Whether a second attempt can succeed: after errors of the network, and of a server that restarts or gives up a snapshot. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NetworkSilence) return true;
  const code = errorCode(error);
  // The errors of `pg` and of streams have no code when the connection has ended.
  if (code === undefined) return error instanceof Error && /^Connection terminated|^stream ended/.test(error.message);
  return /^(08|40|57P0[123]|25P03|E(CONNRESET|PIPE|TIMEDOUT|CONNREFUSED|HOSTUNREACH|NETUNREACH)$|ERR_STREAM_PREMATURE)/.test(
    code,
  );
}
