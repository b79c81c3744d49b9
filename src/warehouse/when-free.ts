import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../environment-error.ts';
import { SqlError } from './sql-error.ts';

const POLL_MILLISECONDS = 200;
/** Time between two messages about the wait. */
const REMINDER_MILLISECONDS = 60_000;

/**
 * Opens a database as soon as no other process has it open for writing.
 * @param say called with the holder, such as `node (PID 123)`, when waiting begins, and again every minute
 * @throws {EnvironmentError} for any other reason why it cannot be opened
 */
export async function whenFree<Opened>(
  open: () => Promise<Opened>,
  say: (holder: string) => void,
  signal: AbortSignal,
): Promise<Opened> {
  let nextReminder = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      const holder = holderOf(error);
      if (holder === undefined) throw error;
      if (performance.now() >= nextReminder) {
        say(holder);
        nextReminder = performance.now() + REMINDER_MILLISECONDS;
      }
    }
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

function holderOf(error: unknown): string | undefined {
  if (!(error instanceof EnvironmentError && error.cause instanceof SqlError)) return undefined;
  const { fact } = error.cause;
  return fact?.is === 'locked' ? fact.holder : undefined;
}
