import type { Progress, Stage } from '../progress.ts';

export interface FinishedStage {
  readonly stage: Stage;
  readonly milliseconds: number;
}

/** Runs the stages of a command, tells the progress of each, and keeps how long it took. */
export interface Stages {
  readonly finished: readonly FinishedStage[];
  /** `summarize` says in a few words what came out: counts and names. */
  run<Result>(stage: Stage, work: () => Promise<Result>, summarize: (result: Result) => string): Promise<Result>;
}

/** @throws The signal's reason, before a stage and after it: what was aborted does not go on. */
export function openStages(progress: Progress, signal: AbortSignal): Stages {
  const finished: FinishedStage[] = [];
  return {
    finished,
    async run(stage, work, summarize) {
      signal.throwIfAborted();
      progress({ kind: 'stage-started', stage });
      const started = performance.now();
      const result = await work();
      signal.throwIfAborted();
      const milliseconds = Math.round(performance.now() - started);
      finished.push({ stage, milliseconds });
      progress({ kind: 'stage-ended', stage, summary: summarize(result), milliseconds });
      return result;
    },
  };
}
