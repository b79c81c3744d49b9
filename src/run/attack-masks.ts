import type { ContractConfig, MaskConfig } from '../config/fenceline-config.ts';
import { classify } from '../contract/classify.ts';
import type { UnverifiedMask, WeakMaskSecret } from '../contract/finding.ts';
import { maskFindings } from '../contract/mask-findings.ts';
import type { MaskSecret } from '../contract/mask-secret.ts';
import { loadMaskValues } from '../contract/mask-trial.ts';
import { kindsGiven } from '../contract/mask-usage.ts';
import { MaskRefusal, type MaskVerdict, verifyMask } from '../contract/verify-mask.ts';
import type { Lineage } from '../lineage/flow.ts';
import type { Progress } from '../progress.ts';
import type { Macro, Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import { lockDown, openDuckDB } from '../warehouse/duckdb.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

export interface MaskAttack {
  readonly project: Project;
  readonly contract: ContractConfig;
  /** Says what each mask is given. */
  readonly lineage: Lineage;
  /** People's own data is masked, not fixtures: then a secret that stands in a file is none, as a fallback either. */
  readonly masksRealData: boolean;
  readonly progress: Progress;
}

/** Tries every macro that is declared as a mask, in an empty database of its own that reaches nothing. */
export async function attackMasks(attack: MaskAttack): Promise<readonly (UnverifiedMask | WeakMaskSecret)[]> {
  const { project, contract, progress } = attack;
  const declared = contract.masks.flatMap((mask) => macrosOf(mask, project).map((macro) => ({ mask, macro })));
  if (declared.length === 0) return [];
  await using warehouse = await openSandbox();
  await loadMaskValues(warehouse);
  const found: (UnverifiedMask | WeakMaskSecret)[] = [];
  for (const { mask, macro } of declared) {
    const verdict = await attackOne(mask, macro, attack, warehouse);
    const findings = maskFindings(mask, verdict, macro.location);
    found.push(...findings);
    const status =
      findings.length === 0 ? 'ok' : findings.some(({ severity }) => severity === 'error') ? 'fail' : 'warn';
    progress({ kind: 'step', stage: 'masks', text: `${mask.macro}: ${summaryOf(verdict)}`, status });
  }
  return found;
}

/** A mark goes by the plain name, so each package's macro of that name counts as the mask. */
function macrosOf({ macro }: MaskConfig, { macros }: Project): readonly Macro[] {
  return [...macros.values()].filter(({ name }) => name === macro);
}

async function openSandbox(): Promise<Warehouse> {
  const warehouse = await openDuckDB(':memory:', { threads: 2 });
  // A mask that wants more than this is refused; nothing is ever written to disk.
  await warehouse.run("set memory_limit = '1GB'; set temp_directory = ''");
  await lockDown(warehouse);
  return warehouse;
}

async function attackOne(
  mask: MaskConfig,
  macro: Macro,
  attack: MaskAttack,
  warehouse: Warehouse,
): Promise<MaskVerdict> {
  const { project, lineage } = attack;
  try {
    return await verifyMask({
      secret: await secretOf(mask, macro, attack),
      kinds: kindsGiven(mask.macro, lineage, classify(project)),
      render: (expression, secret) => render(mask, macro, project, expression, secret),
      warehouse,
      patience: PATIENCE,
    });
  } catch (cause) {
    if (cause instanceof UserError) return { status: 'unknown', reason: reasonOf(cause) };
    throw cause;
  }
}

/** Milliseconds. A mask takes less than one second on a machine that does nothing else: this one is meant to stall. */
const PATIENCE = 60_000;

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

function reasonOf({ mistakes }: UserError): string {
  return mistakes[0]?.message ?? 'it has a mistake';
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
