import type { Value } from './value.ts';

/**
 * A computation that may have to wait in the middle, for what the warehouse answers: it yields the promise and goes on
 * with the value. One that never waits runs to its end without a detour through the event loop.
 */
export type Steps<Result> = Generator<Promise<Value>, Result, Value>;

/** Runs the steps; gives a promise only when one of them waits. */
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
