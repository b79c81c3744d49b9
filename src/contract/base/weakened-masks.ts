import { isDeepStrictEqual } from 'node:util';
import type { MaskConfig } from '../../config/fenceline-config.ts';
import { BUILTIN_PACKAGE } from '../../project/context/macro-library.ts';
import type { Macro, Project, SetVariable } from '../../project/project.ts';
import type { MaskPrint } from '../masks/mask-print.ts';
import { compareStates } from '../tier.ts';
import type { BaseSide, HeadSide, Weakening } from './contract-change.ts';

/**
 * Finds masks that are new, that declare to leave less of a value, or that print other SQL: each may hide less than it
 * claims.
 */
export function weakenedMasks(base: BaseSide, head: HeadSide): readonly Weakening[] {
  return head.contract.masks.flatMap((mask) => {
    const was = base.contract.masks.find(({ macro }) => macro === mask.macro);
    if (!was) {
      const change = { kind: 'mask-added', subject: mask.macro, was: 'no mask', is: mask.yields } as const;
      return [{ severity: 'error', change, location: mask.location }] as const;
    }
    const prints = { was: base.prints?.get(mask.macro), is: head.prints?.get(mask.macro) };
    // Prints of masks with different secrets cannot be compared: then the code of the macros is.
    const isSameSecret = was.secret === mask.secret && prints.was?.secret?.value === prints.is?.secret?.value;
    const comparable = isSameSecret ? prints : { was: undefined, is: undefined };
    return [
      ...weakenedClaims(was, mask),
      ...(base.project ? changedPrints(mask, comparable, base.project, head.project) : []),
      ...(base.hasSamePackages === false ? changedPackages(mask, head.project) : []),
      ...(mask.secret === undefined ? [] : changedSecret(mask, prints)),
    ];
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

interface Prints {
  readonly was: MaskPrint | undefined;
  readonly is: MaskPrint | undefined;
}

/**
 * Finds a change of the SQL that a mask prints. The same print is the same mask, however the macro is written; where a
 * print is missing, the code of the macros is compared.
 */
function changedPrints(mask: MaskConfig, { was, is }: Prints, base: Project, head: Project): readonly Weakening[] {
  if (was?.texts && is?.texts && isDeepStrictEqual(was.texts, is.texts)) return [];
  const bodies = changedBodies(mask, base, head);
  if (bodies.length > 0 || !was?.texts || !is?.texts) return bodies;
  const change = { kind: 'mask-body', subject: mask.macro, was: 'what it prints', is: 'changed' } as const;
  return [{ severity: 'error', change, location: mask.location }];
}

/**
 * Finds the macros of packages that a mask may call, where the head asks for other packages: the base borrows the
 * installed ones, so that its mask prints the same whatever they became.
 */
function changedPackages({ macro, location }: MaskConfig, head: Project): readonly Weakening[] {
  const packages = new Set([...macrosReached(macro, head).values()].map(({ packageName }) => packageName));
  return [...packages]
    .filter((name) => name !== head.name && name !== BUILTIN_PACKAGE)
    .map((name): Weakening => {
      const change = { kind: 'mask-body', subject: macro, was: `package ${name}`, is: 'may have changed' } as const;
      return { severity: 'error', change, location };
    });
}

/**
 * Finds a change of a mask's secret: few people know the secret of the base, and perhaps everybody the new one. The
 * finding holds neither value.
 */
function changedSecret({ macro, location }: MaskConfig, prints: Prints): readonly Weakening[] {
  const before = prints.was?.secret;
  if (before === undefined || before.origin === 'file') return [];
  const after = prints.is?.secret;
  if (after !== undefined && after.origin === before.origin && after.value === before.value) return [];
  const is = before.origin === after?.origin ? 'another one' : originText(after);
  const change = { kind: 'secret-changed', subject: macro, was: originText(before), is } as const;
  return [{ severity: 'error', change, location }];
}

function originText(secret: SetVariable | undefined): string {
  switch (secret?.origin) {
    case undefined:
      return 'no secret';
    case 'file':
      return 'a secret in the repository';
    case 'fallback':
      return 'a fallback in the repository';
    case 'outside':
      return 'a secret of the environment';
  }
}

/** Finds changes in the code of the mask's macro, and of the macros that it may call. */
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
