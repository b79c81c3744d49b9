import type { Stage } from '../../progress.ts';
import type { Invocation } from '../options.ts';

export interface FinishedStage {
  readonly stage: Stage;
  readonly milliseconds: number;
}

/** Runs the stages of a call, reports the progress of each, and notes how long it took. */
export interface Stages {
  readonly finished: readonly FinishedStage[];
  /**
   * @param summarize describes the result in a few words: counts and names
   * @throws The signal's reason, before a stage and after it: after an abort, no stage begins
   */
  run<Result>(stage: Stage, work: () => Promise<Result>, summarize: (result: Result) => string): Promise<Result>;
}

export function openStages({ progress, signal }: Pick<Invocation, 'progress' | 'signal'>): Stages {
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
