import type { Mistake } from '../../user-error.ts';

/** Fixes for mistakes in templates that have no fix of their own, by a pattern of their message. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [/^'\w+' is undefined\./, 'correct the name, or install the package that has it with fenceline deps'],
  [/^There is no tag '(end\w*|else|elif)' here/, 'end the inner tag first, or remove this one'],
  [/^There is no tag /, 'correct the name of the tag'],
  [/^No (filter|test) named /, 'correct its name'],
  [/ has no attribute /, 'correct the name of the attribute'],
  [/^macro '\w+' takes /, 'give it the arguments of its {% macro %}'],
  [/^division by zero/, 'check the divisor: it is 0'],
];

/** The mistake with the fix for its message, if there is one. A message that the project raises itself gets none. */
export function withUsualFix(mistake: Mistake): Mistake {
  if (mistake.fix !== undefined) return mistake;
  const [, fix] = FIXES.find(([message]) => message.test(mistake.message)) ?? [];
  return fix === undefined ? mistake : { ...mistake, fix };
}
