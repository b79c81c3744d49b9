import { randomBytes } from 'node:crypto';
import { ParseCache } from '../warehouse/parse-cache.ts';

/** State that all stages of a run share for SQL texts: one nonce for all marks, and one cache of parse trees. */
export interface RunTexts {
  readonly parses: ParseCache;
  /** Part of each mark around a mask. No author of a template can know it, so none can write a mark. */
  readonly nonce: string;
}

export function openRunTexts(): RunTexts {
  return { parses: new ParseCache(), nonce: randomBytes(12).toString('hex') };
}
