/** The stages of a run, in their order. */
export type Stage =
  | 'config'
  | 'postgres'
  | 'sync'
  | 'project'
  | 'build'
  | 'masks'
  | 'verify'
  | 'check'
  | 'base'
  | 'fixes'
  | 'report';

/** Event that a stage reports: names and counts, never a data value. */
export type ProgressEvent =
  | { readonly kind: 'stage-started'; readonly stage: Stage }
  /** One unit of work done (a table synced, a model built, a test run) or a remark worth a line. */
  | {
      readonly kind: 'step';
      readonly stage: Stage;
      readonly text: string;
      readonly status: 'ok' | 'warn' | 'fail' | 'skip';
    }
  /** How far a stage is at this moment, for a line that is overwritten; nothing where there is none. */
  | { readonly kind: 'update'; readonly stage: Stage; readonly text: string }
  | { readonly kind: 'stage-ended'; readonly stage: Stage; readonly summary: string; readonly milliseconds: number };

/** Function that a stage calls with each event, synchronously and often. It must not throw. */
export type Progress = (event: ProgressEvent) => void;
