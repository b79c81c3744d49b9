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
