import type { MaskConfig } from '../../config/fenceline-config.ts';
import { MASKED_COLUMN } from '../../lineage/query/mask-shape.ts';
import type { Project, SetVariable } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';

/**
 * The text that a mask prints for one column; it prints the same for every other expression, or its models are unknown.
 */
export interface MaskPrint {
  /**
   * Printed texts by unique id of the macro, with the same text in place of each secret; `undefined` where one cannot
   * be rendered.
   */
  readonly texts: ReadonlyMap<string, string> | undefined;
  /** The secret in this run; `undefined` where it has none. The value is in no output. */
  readonly secret: SetVariable | undefined;
}

/** Has the form of a secret, and is none. */
const STAND_IN = '8f14c2a97be05d3614b2';

export async function printMask(
  { macro: name, secret }: MaskConfig,
  { macros, macroCaller, name: packageName }: Project,
): Promise<MaskPrint> {
  try {
    const texts = new Map<string, string>();
    const vars = new Map(secret === undefined ? [] : [[secret, STAND_IN]]);
    const rendered = [...macros.values()].filter((macro) => macro.name === name);
    // Without the name of the project, which may be another one.
    for (const macro of rendered) {
      const owner = macro.packageName === packageName ? '' : macro.packageName;
      texts.set(owner, (await macroCaller.call(macro, [MASKED_COLUMN], vars)).trim());
    }
    const variable = secret === undefined ? undefined : await macroCaller.variable(secret, packageName);
    return { texts, secret: variable };
  } catch (error) {
    if (error instanceof UserError) return { texts: undefined, secret: undefined };
    throw error;
  }
}
