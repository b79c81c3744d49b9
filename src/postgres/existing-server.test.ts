import { userInfo } from 'node:os';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { completeConnection } from './existing-server.ts';

test("libpq's variables do not complete an address in fenceline.yml", () => {
  vi.stubEnv('PGPASSWORD', 'pa55word');
  vi.stubEnv('PGUSER', 'admin');
  vi.stubEnv('PGDATABASE', 'clinic');
  vi.stubEnv('PGPASSFILE', '/nowhere');
  try {
    const sent = new pg.Client(completeConnection('postgres://evil.example'));
    expect(sent).toMatchObject({ user: userInfo().username, database: userInfo().username });
    expect(String(sent.password)).not.toContain('pa55');
  } finally {
    vi.unstubAllEnvs();
  }
});
