/** A Postgres to connect to. Disposing of it stops a throwaway server and removes its files; an existing one goes on. */
export interface PostgresServer extends AsyncDisposable {
  /** The kind and version of its programs, for the report: `url`, `system 15.18 (Debian)`, `pinned 18.4`. */
  readonly origin: string;
  /** The server's setting `server_version`. */
  readonly version: string;
  /** Milliseconds from the request until the server answered. */
  readonly startMilliseconds: number;
  /** The settings with which `pg` connects to it. */
  readonly connection: import('pg').ClientConfig;
}
