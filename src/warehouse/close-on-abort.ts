import type { Warehouse } from './warehouse.ts';

/** Until it is disposed of, an abort closes the session (or database), which interrupts what runs there; one that was already, too. */
export function closeOnAbort(warehouse: Warehouse, signal: AbortSignal): Disposable {
  const close = () => void warehouse[Symbol.asyncDispose]();
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', close) };
}
