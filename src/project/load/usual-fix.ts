import type { Mistake } from '../../user-error.ts';

/** What to do about a mistake in a template that brings no fix of its own, by the words of its message. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [/^'\w+' is undefined\./, 'correct the name, or install the package that has it with fenceline deps'],
  [/^There is no tag '(end\w*|else|elif)' here/, 'end the inner tag first, or remove this one'],
  [/^There is no tag /, 'correct the name of the tag'],
  [/^No (filter|test) named /, 'correct its name'],
  [/ has no attribute /, 'correct the name of the attribute'],
  [/^macro '\w+' takes /, 'give it the arguments of its {% macro %}'],
  [/^division by zero/, 'look at the number below the line'],
];

/** The mistake with a fix. Words that a project raises itself say what to do, or nobody does. */
export function withUsualFix(mistake: Mistake): Mistake {
  if (mistake.fix !== undefined) return mistake;
  const [, fix] = FIXES.find(([message]) => message.test(mistake.message)) ?? [];
  return fix === undefined ? mistake : { ...mistake, fix };
}
