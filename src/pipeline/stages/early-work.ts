import { isDeepStrictEqual } from 'node:util';
import { type MaskFinding, type MaskTarget, maskTargets } from '../../contract/masks/attack-masks.ts';
import type { Lineage } from '../../lineage/flow.ts';
import { isTraced, traceStatically } from '../../lineage/trace-statically.ts';
import { UserError } from '../../user-error.ts';
import { attackStage } from './text-stages.ts';
import type { Work } from './work.ts';

/** Work that runs beside the copying of rows. Disposing stops what still runs. */
export interface EarlyWork extends AsyncDisposable {
  /** Findings on the masks. They are tried again if they are given other values in this lineage than was expected. */
  maskFindings(lineage: Lineage): Promise<readonly MaskFinding[]>;
}

/**
 * Traces the models and tries the masks while Postgres starts, with the types that the warehouse of the run before or
 * YAML gives the sources. A result is used only if the copied sources have the same types: the key of a trace has them.
 */
export function startEarlyWork(work: Work): EarlyWork {
  const stop = new AbortController();
  const signal = AbortSignal.any([work.options.signal, stop.signal]);
  const attack = attackEarly({ ...work, options: { ...work.options, signal } });
  // An error is thrown where the result is awaited.
  attack.catch(() => undefined);
  return {
    async maskFindings(lineage) {
      const early = await attack;
      const isSame = early && isDeepStrictEqual(early.targets, targetsOf(work, lineage));
      return isSame ? early.findings : attackStage(work, lineage);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await attack.catch(() => undefined);
    },
  };
}

interface EarlyAttack {
  readonly targets: readonly MaskTarget[];
  readonly findings: readonly MaskFinding[];
}

/** `undefined` if a model cannot be traced with the expected types. */
async function attackEarly(work: Work): Promise<EarlyAttack | undefined> {
  const lineage = await traceEarly(work);
  if (!lineage || !isTraced(lineage)) return undefined;
  return { targets: targetsOf(work, lineage), findings: await attackStage(work, lineage) };
}

/** Leaves a mistake to the stage that traces with the real types: with these it may be none. */
async function traceEarly(work: Work): Promise<Lineage | undefined> {
  const { project, config, runTexts, warehouse, options } = work;
  const { masks } = config.contract;
  try {
    const { signal } = options;
    return await traceStatically({
      project,
      warehouse,
      masks,
      runTexts,
      adapter: undefined,
      mistaken: 'unknown',
      signal,
    });
  } catch (cause) {
    if (cause instanceof UserError) return undefined;
    throw cause;
  }
}

function targetsOf({ project, config }: Work, lineage: Lineage): readonly MaskTarget[] {
  return maskTargets({ project, contract: config.contract, lineage });
}
