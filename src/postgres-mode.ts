/**
 * The source of Postgres. `auto`: its URL where there is one, else a server installed here, else the pinned one
 * from the npm registry.
 */
export const POSTGRES_MODES = ['auto', 'url', 'system', 'pinned', 'docker'] as const;

export type PostgresMode = (typeof POSTGRES_MODES)[number];
