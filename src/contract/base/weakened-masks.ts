import type { MaskConfig } from '../../config/fenceline-config.ts';
import type { Macro, Project } from '../../project/project.ts';
import { compareStates } from '../tier.ts';
import type { BaseSide, HeadSide, Weakening } from './contract-change.ts';

/** Finds masks that are new, declare to leave less, or work in another way: each claims that it hides a value. */
export function weakenedMasks(base: BaseSide, head: HeadSide): readonly Weakening[] {
  return head.contract.masks.flatMap((mask) => {
    const was = base.contract.masks.find(({ macro }) => macro === mask.macro);
    if (!was) {
      const change = { kind: 'mask-added', subject: mask.macro, was: 'no mask', is: mask.yields } as const;
      return [{ severity: 'error', change, location: mask.location }] as const;
    }
    return [...weakenedClaims(was, mask), ...(base.project ? changedBodies(mask, base.project, head.project) : [])];
  });
}

function weakenedClaims(was: MaskConfig, is: MaskConfig): readonly Weakening[] {
  const about = { severity: 'error', location: is.location } as const;
  const { macro } = is;
  return [
    ...(compareStates(was.yields, is.yields) < 0
      ? [{ ...about, change: { kind: 'mask-yields', subject: macro, was: was.yields, is: is.yields } } as const]
      : []),
    ...(was.secret !== undefined && is.secret === undefined
      ? [{ ...about, change: { kind: 'mask-secret', subject: macro, was: was.secret, is: 'no secret' } } as const]
      : []),
  ];
}

/** Changes in the macro or in one that it may call: each makes part of what the mask prints. */
function changedBodies({ macro }: MaskConfig, base: Project, head: Project): readonly Weakening[] {
  const before = macrosReached(macro, base);
  return [...macrosReached(macro, head)].flatMap(([uniqueId, { name, rawCode, location }]): Weakening[] => {
    const was = before.get(uniqueId);
    if (was && plain(was.rawCode) === plain(rawCode)) return [];
    const change = { kind: 'mask-body', subject: macro, was: `macro ${name}`, is: was ? 'changed' : 'added' } as const;
    return [{ severity: 'error', change, location }];
  });
}

/**
 * The macro of a name and those it may call, by unique id. Any word in a body may be a call, so there may be too many,
 * never too few; `adapter.dispatch('x')` reaches `default__x`, too.
 */
function macrosReached(name: string, { macros }: Project): ReadonlyMap<string, Macro> {
  const found = new Map<string, Macro>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const macro of macros.values()) {
      if (macro.name.replace(/^[a-z0-9]+__/, '') !== next && macro.name !== next) continue;
      if (found.has(macro.uniqueId)) continue;
      found.set(macro.uniqueId, macro);
      waiting.push(...new Set(macro.rawCode.match(/\w+/g)));
    }
  }
  return found;
}

/** The code with line ends as in the repository: a checkout may have others. */
function plain(code: string): string {
  return code.replaceAll('\r\n', '\n').trim();
}
