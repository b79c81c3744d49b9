import type { ContractConfig, MaskConfig } from '../../config/fenceline-config.ts';
import type { Lineage } from '../../lineage/flow.ts';
import { formatLocation } from '../../location.ts';
import type { Progress } from '../../progress.ts';
import type { Macro, Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import type { ParseCache } from '../../warehouse/parse-cache.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { classify } from '../classify.ts';
import type { UnverifiedMask, WeakMaskSecret } from '../finding.ts';
import { maskFindings } from './mask-findings.ts';
import type { MaskSecret } from './mask-secret.ts';
import { loadMaskValues } from './mask-trial.ts';
import { kindsGiven } from './mask-usage.ts';
import type { ValueKind } from './mask-values.ts';
import { MaskRefusal, type MaskVerdict, verifyMask } from './verify-mask.ts';

export interface MaskAttack {
  readonly project: Project;
  readonly contract: ContractConfig;
  /** Shows which columns each mask is given. */
  readonly lineage: Lineage;
  /**
   * Whether the data is of people, not from fixtures. If it is, a secret that stands in a file is known to too many,
   * even as the fallback for an environment variable.
   */
  readonly masksRealData: boolean;
  /** Parse trees that the stages of a run share. */
  readonly parses: ParseCache;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export type MaskFinding = UnverifiedMask | WeakMaskSecret;

/**
 * Attacks every macro that is declared as a mask, in an empty database that reaches no file and no network.
 * @throws The signal's reason; a running query is interrupted
 */
export async function attackMasks(attack: MaskAttack): Promise<readonly MaskFinding[]> {
  const { signal } = attack;
  signal.throwIfAborted();
  try {
    return await attackAll(maskTargets(attack), attack);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause;
  }
}

async function attackAll(targets: readonly MaskTarget[], attack: MaskAttack): Promise<readonly MaskFinding[]> {
  if (targets.length === 0) return [];
  const { parses, progress, signal } = attack;
  // A mask that needs more memory is refused, since nothing may be written to disk.
  await using warehouse = await openDuckDB(':memory:', { threads: 2, memoryLimit: '1GB', parses });
  using _listening = closeOnAbort(warehouse, signal);
  await loadMaskValues(warehouse, new Set(targets.flatMap(({ kinds }) => [...kinds])));
  const found: MaskFinding[] = [];
  for (const target of targets) {
    const { mask, macro } = target;
    const verdict = await attackOne(target, attack, warehouse);
    signal.throwIfAborted();
    const findings = maskFindings(mask, verdict, macro.location);
    found.push(...findings);
    const status =
      findings.length === 0 ? 'ok' : findings.some(({ severity }) => severity === 'error') ? 'fail' : 'warn';
    progress({ kind: 'step', stage: 'masks', text: `${mask.macro}: ${summaryOf(verdict)}`, status });
  }
  return found;
}

/** One macro of a mask, and the kinds of values that it is given. */
export interface MaskTarget {
  readonly mask: MaskConfig;
  readonly macro: Macro;
  readonly kinds: ReadonlySet<ValueKind>;
}

/** The macros to attack, each with kinds of values. In one project, lineage decides only over the kinds. */
export function maskTargets({
  project,
  contract,
  lineage,
}: Pick<MaskAttack, 'project' | 'contract' | 'lineage'>): readonly MaskTarget[] {
  const classification = classify(project);
  return contract.masks.flatMap((mask) => {
    const kinds = kindsGiven(mask.macro, lineage, classification);
    return macrosOf(mask, project).map((macro) => ({ mask, macro, kinds }));
  });
}

/**
 * The macros that a mask may be: those of every package with its name, since lineage knows only the plain name of a
 * call.
 */
function macrosOf({ macro }: MaskConfig, { macros }: Project): readonly Macro[] {
  return [...macros.values()].filter(({ name }) => name === macro);
}

async function attackOne(
  { mask, macro, kinds }: MaskTarget,
  attack: MaskAttack,
  warehouse: Warehouse,
): Promise<MaskVerdict> {
  try {
    return await verifyMask({
      secret: await secretOf(mask, macro, attack),
      kinds,
      render: (expression, secret) => render(mask, macro, attack.project, expression, secret),
      warehouse,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    });
  } catch (cause) {
    if (cause instanceof UserError) return { status: 'unknown', reason: reasonOf(cause) };
    throw cause;
  }
}

/**
 * Longest attack on one mask. It takes less than one second on an idle machine; a mask that takes this long is meant to
 * stall.
 */
const TIMEOUT_MILLISECONDS = 60_000;

async function secretOf(
  { secret: name }: MaskConfig,
  { packageName }: Macro,
  { project, masksRealData }: MaskAttack,
): Promise<MaskSecret | undefined> {
  if (name === undefined) return undefined;
  const variable = await project.macroCaller.variable(name, packageName);
  const isCommitted = variable?.origin === 'file' || (variable?.origin === 'fallback' && masksRealData);
  return { name, value: variable?.value, isCommitted };
}

async function render(
  { secret: name }: MaskConfig,
  macro: Macro,
  { macroCaller }: Project,
  expression: string,
  secret: string | undefined,
): Promise<string> {
  try {
    return await macroCaller.call(macro, [expression], new Map(name && secret !== undefined ? [[name, secret]] : []));
  } catch (cause) {
    if (cause instanceof UserError) throw new MaskRefusal(reasonOf(cause), { cause });
    throw cause;
  }
}

/** The kind and place of a mistake alone: its message may hold the secret, which a template can put into it. */
function reasonOf({ mistakes }: UserError): string {
  const [mistake] = mistakes;
  const place = mistake?.location ? ` at ${formatLocation(mistake.location)}` : '';
  return `it cannot be rendered (${mistake?.code ?? 'error'}${place})`;
}

function summaryOf(verdict: MaskVerdict): string {
  if (verdict.status === 'unknown') return 'could not be tried';
  const notes = verdict.notes.map((note) => NOTES[note]);
  return [`leaves values ${verdict.leaves}`, ...notes].join(', ');
}

const NOTES = {
  'masks-null': 'gives NULL a value of its own',
  'folds-case': 'takes no notice of case',
} as const;
