import { randomBytes } from 'node:crypto';
import { ParseCache } from '../warehouse/parse-cache.ts';
import { TraceCache } from './trace-cache.ts';

/**
 * The engine's answers about the texts of a run: each text is parsed once, and traced once for each set of columns that its
 * inputs have. All stages share it, and so does whatever is traced besides the project itself: the base, and each fix.
 * `Project.compile` gives the text of a node, and the place in a template of each part of it.
 */
export interface RunTexts {
  readonly parses: ParseCache;
  readonly traces: TraceCache;
  /** Part of each mark around a mask. No author of a template can know it, so none can write a mark. */
  readonly nonce: string;
}

export function openRunTexts(): RunTexts {
  return { parses: new ParseCache(), traces: new TraceCache(), nonce: randomBytes(12).toString('hex') };
}
