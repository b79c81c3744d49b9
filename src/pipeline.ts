import type { Progress } from './progress.ts';
import type { Report } from './report/report.ts';

export interface PipelineOptions {
  readonly projectDirectory: string;
  /** Path of fenceline.yml; the one in the project folder when absent. */
  readonly configFile: string | undefined;
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  readonly vars: { readonly [name: string]: unknown };
  readonly target: string | undefined;
  readonly profilesDirectory: string | undefined;
  readonly fullRefresh: boolean;
  readonly threads: number | undefined;
  readonly postgres: {
    readonly mode: 'auto' | 'url' | 'system' | 'pinned' | 'docker';
    readonly url: string | undefined;
    readonly version: number | undefined;
    readonly setup: readonly string[] | undefined;
  };
  readonly duckdbBinding: string | undefined;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly now: Date;
}

export interface Outcome {
  readonly report: Report;
  /** `<project>/target/fenceline`, where every output file already is. */
  readonly outputDirectory: string;
  readonly duckdbOrigin: string;
}
