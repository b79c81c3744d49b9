/** A Postgres we may talk to. Disposing stops a throwaway server and removes its files; an existing one is left alone. */
export interface PostgresServer extends AsyncDisposable {
  /** Where it came from, for the report: `url`, `system 15.18 (Debian)`, `pinned 18.4`. */
  readonly origin: string;
  /** `server_version`, as it says itself. */
  readonly version: string;
  /** From asking for it until it answered. */
  readonly startMilliseconds: number;
  /** How `pg` connects to it. */
  readonly connection: import('pg').ClientConfig;
}
