import { findAbandoned } from './private-directory.ts';

/** Stops the throwaway servers that killed runs left on this machine, and removes their files, which hold rows. */
export async function removeAbandonedServers(): Promise<void> {
  const abandoned = await findAbandoned();
  if (abandoned.length === 0) return;
  // The client of Postgres is loaded only where there is a server to ask.
  const { removeAbandoned } = await import('./throwaway-server.ts');
  for (const directory of abandoned) await removeAbandoned(directory).catch(() => undefined);
}
