import { didYouMean } from '../nearest-name.ts';
import type { PipelineOptions } from '../pipeline.ts';
import { renderExplanation } from '../report/explain.ts';
import { analyze } from '../run/analyze.ts';
import { UserError } from '../user-error.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';
