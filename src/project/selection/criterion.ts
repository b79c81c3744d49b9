import { didYouMean } from '../../nearest-name.ts';
import type { Mistake } from '../../user-error.ts';
import { METHODS } from './methods.ts';

import type { Criterion } from './selection-tree.ts';

const CRITERION =
  /^(?<at>@)?(?:(?<parents>\d*)\+)?(?:(?<method>[a-z_]+)(?:\.(?<argument>[\w.-]+))?:)?(?<value>.*?)(?:\+(?<children>\d*))?$/;

/** Reads texts of the command line as a union of intersections of criteria: a space means union, a comma intersection. */
export function readCriteria(texts: readonly string[], mistakes: Mistake[]): readonly (readonly Criterion[])[] {
  const words = texts.flatMap((text) => text.split(/\s+/)).filter(Boolean);
  return words.map((word) => word.split(',').flatMap((part) => readCriterion(part, mistakes)));
}

function readCriterion(written: string, mistakes: Mistake[]): readonly Criterion[] {
  const groups = CRITERION.exec(written)?.groups ?? {};
  const { at, parents, children, argument, value = '' } = groups;
  const criterion = {
    written,
    hasChildrensParents: at !== undefined,
    parents: steps(parents),
    children: steps(children),
    method: groups['method'] ?? defaultMethod(value),
    argument,
    value,
  };
  const mistake = at !== undefined && children !== undefined ? contradiction(written) : mistakeIn(criterion);
  if (!mistake) return [criterion];
  mistakes.push(mistake);
  return [];
}

/** Number of steps that a `+` selects: none without it, all for `+`, two for `2+`. */
function steps(digits: string | undefined): number {
  if (digits === undefined) return 0;
  return digits === '' ? Number.POSITIVE_INFINITY : Number(digits);
}

/** The method of a value without one: `path` for a value with a slash, `file` for one with an ending, else `fqn` (dbt). */
function defaultMethod(value: string): string {
  if (value.includes('/')) return 'path';
  return /\.(sql|py|csv)$/.test(value) ? 'file' : 'fqn';
}

function contradiction(written: string): Mistake {
  return {
    code: 'bad-selector',
    message: `'${written}': @ and a + at the end cannot go together`,
    fix: 'keep one of them',
  };
}

function mistakeIn({ written, method, value }: Criterion): Mistake | undefined {
  if (!METHODS.has(method)) {
    return {
      code: 'bad-selector',
      message: `'${written}': there is no selection method '${method}'.${didYouMean(method, METHODS.keys())}`,
      fix: `use one of ${[...METHODS.keys()].join(', ')}`,
    };
  }
  return value === ''
    ? { code: 'bad-selector', message: `'${written}' selects nothing`, fix: 'name a model, a path or a tag' }
    : undefined;
}
