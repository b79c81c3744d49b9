import { randomBytes } from 'node:crypto';
import { ParseCache } from '../warehouse/parse-cache.ts';

/** State by which all stages of a run treat a text once: it is marked in one way, and parsed once. */
export interface RunTexts {
  readonly parses: ParseCache;
  /** Part of each mark around a mask. Nobody who writes a template can know it, and so write a mark that looks like ours. */
  readonly nonce: string;
}

export function openRunTexts(): RunTexts {
  return { parses: new ParseCache(), nonce: randomBytes(12).toString('hex') };
}
