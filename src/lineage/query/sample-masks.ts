import type { Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import type { Mask } from './mask-marker.ts';
import { MASKED_COLUMN } from './mask-shape.ts';

/** Renders the macros of each mask for one column, as `contract/masks/verify-mask.ts` does. */
export async function sampleMasks(
  masks: readonly Mask[],
  { macros, macroCaller }: Pick<Project, 'macros' | 'macroCaller'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const samples = new Map<string, readonly string[]>();
  for (const macro of macros.values()) {
    if (!masks.some((mask) => mask.macro === macro.name)) continue;
    try {
      const printed = await macroCaller.call(macro, [MASKED_COLUMN], new Map());
      samples.set(macro.name, [...(samples.get(macro.name) ?? []), printed]);
    } catch (cause) {
      // The contract has a finding for a mask that cannot be rendered for one column.
      if (!(cause instanceof UserError)) throw cause;
    }
  }
  return samples;
}
