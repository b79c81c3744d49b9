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

/** So long a computation may keep the process from hearing a signal, in milliseconds. */
const LONGEST_TURN = 100;

/** When the event loop last had its turn. There is one event loop in a process, so all renderings share this. */
const turn = { began: 0, held: 0 };

/**
 * Lets the event loop have its turn where a computation has kept it for long: signals are heard, and timers fire. Call it
 * between steps that are short by themselves.
 */
export function* breathe(): Steps<void> {
  const now = performance.now();
  if (turn.held > 0 || now - turn.began < LONGEST_TURN) return;
  yield new Promise((resolve) => setImmediate(resolve, null));
  turn.began = performance.now();
}

/** Does work that cannot wait: the event loop has its turn afterwards. */
export function atOnce<Result>(work: () => Result): Result {
  turn.held += 1;
  try {
    return work();
  } finally {
    turn.held -= 1;
  }
}
