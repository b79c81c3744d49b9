import type { Warehouse } from './warehouse.ts';

/**
 * Closes a session or database as soon as the signal aborts, which interrupts its running statement; at once if the
 * signal has aborted before. Disposing of the result ends that.
 */
export function closeOnAbort(warehouse: Warehouse, signal: AbortSignal): Disposable {
  const close = () => void warehouse[Symbol.asyncDispose]();
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', close) };
}
