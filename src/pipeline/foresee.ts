import { isDeepStrictEqual } from 'node:util';
import {
  attackMasks,
  type MaskAttack,
  type MaskFinding,
  type MaskTarget,
  maskTargets,
} from '../contract/masks/attack-masks.ts';
import type { Lineage } from '../lineage/flow.ts';
import { TraceCache } from '../lineage/trace-cache.ts';
import { isTraced, traceStatically } from '../lineage/trace-statically.ts';
import { counted } from '../report/counts.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Stages } from './stages.ts';

export interface ForeseenProject extends Omit<MaskAttack, 'lineage'> {
  /** As it is before anything is copied: may have tables of an earlier run. */
  readonly warehouse: Warehouse;
  readonly stages: Stages;
}

/** Disposing of it stops what still runs. */
export interface Foresight extends AsyncDisposable {
  /** Spares tracing again the models whose sources became what they were taken for. */
  readonly cache: TraceCache;
  /** What trying the masks shows, given the lineage that counts. */
  maskFindings(lineage: Lineage): Promise<readonly MaskFinding[]>;
}

/**
 * Begins the work that needs no rows while Postgres starts, with the types that the warehouse or YAML gives the sources.
 * Nothing is taken from it that the copied sources do not bear out: a model is traced again where a type is another one,
 * and the masks are tried again where they are given something else.
 */
export function foresee(project: ForeseenProject): Foresight {
  const cache = TraceCache.inMemory();
  const stop = new AbortController();
  const begun = begin({ ...project, signal: AbortSignal.any([project.signal, stop.signal]) }, cache);
  begun.catch(() => undefined);
  return {
    cache,
    async maskFindings(lineage) {
      const early = await begun;
      const question = { ...project, lineage };
      return early && isDeepStrictEqual(early.targets, maskTargets(question))
        ? early.findings
        : await tryMasks(question);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await begun.catch(() => undefined);
    },
  };
}

interface Begun {
  readonly targets: readonly MaskTarget[];
  readonly findings: readonly MaskFinding[];
}

async function begin(project: ForeseenProject, cache: TraceCache): Promise<Begun | undefined> {
  const lineage = await traceEarly(project, cache);
  if (!lineage || !isTraced(lineage)) return undefined;
  const question = { ...project, lineage };
  return { targets: maskTargets(question), findings: await tryMasks(question) };
}

/** A mistake is told of the sources as they are, later: with other types it may be none. */
async function traceEarly(project: ForeseenProject, cache: TraceCache): Promise<Lineage | undefined> {
  try {
    return await traceStatically({ ...project, masks: project.contract.masks, adapter: undefined, cache });
  } catch (cause) {
    if (cause instanceof UserError) return undefined;
    throw cause;
  }
}

function tryMasks(question: ForeseenProject & MaskAttack): Promise<readonly MaskFinding[]> {
  return question.stages.run(
    'masks',
    () => attackMasks(question),
    () => counted(question.contract.masks.length, 'mask'),
  );
}
