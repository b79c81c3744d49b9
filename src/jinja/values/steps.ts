import type { Value } from './value.ts';

/**
 * A computation that can wait for an answer of the warehouse: it yields a promise and is resumed with its value. One that
 * never waits runs without the event loop.
 */
export type Steps<Result> = Generator<Promise<Value>, Result, Value>;

/** Runs a computation. Returns a promise only if it waits. */
export function runSteps<Result>(steps: Steps<Result>): Result | Promise<Result> {
  const step = steps.next();
  return step.done ? step.value : goOn(steps, step);
}

async function goOn<Result>(steps: Steps<Result>, first: IteratorResult<Promise<Value>, Result>): Promise<Result> {
  let step = first;
  while (!step.done) {
    const waited = await step.value.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    step = 'error' in waited ? steps.throw(waited.error) : steps.next(waited.value);
  }
  return step.value;
}

/** Milliseconds that a template may compute before it yields to the event loop, so that signals are handled. */
const LONGEST_TURN_MS = 100;

/**
 * The time at which the event loop last ran (`performance.now()`), and the number of running computations that must not
 * pause. A process has one event loop, so all renderings share this state.
 */
const turn = { start: 0, unpausable: 0 };

/**
 * Pauses a computation that has kept the event loop for long, so that the process can handle signals and timers. It is
 * called between short steps.
 */
export function* yieldToEventLoop(): Steps<void> {
  const now = performance.now();
  if (turn.unpausable > 0 || now - turn.start < LONGEST_TURN_MS) return;
  yield new Promise((resolve) => setImmediate(resolve, null));
  turn.start = performance.now();
}

/** Does work that cannot use a promise: within it, {@link yieldToEventLoop} does not pause. */
export function atOnce<Result>(work: () => Result): Result {
  turn.unpausable += 1;
  try {
    return work();
  } finally {
    turn.unpausable -= 1;
  }
}
