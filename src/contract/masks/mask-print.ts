import type { MaskConfig } from '../../config/fenceline-config.ts';
import { MASKED_COLUMN } from '../../lineage/query/mask-shape.ts';
import type { Project, SetVariable } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';

/**
 * The SQL that a mask prints for one column, to be compared with that on the base. For any other expression the mask
 * prints the same, or its models have unknown lineage.
 */
export interface MaskPrint {
  /**
   * Printed texts by package of the macro. They have the real secret of this run, since a macro may print something else
   * with a stand-in, so no output may hold them. The project's own package is `''`, since a project may be renamed.
   * `undefined` where a text cannot be rendered, or the secret is not set.
   */
  readonly texts: ReadonlyMap<string, string> | undefined;
  /** The secret in this run; `undefined` where the mask has none. No output holds its value. */
  readonly secret: SetVariable | undefined;
}

export async function printMask(
  { macro: name, secret }: MaskConfig,
  { macros, macroCaller, name: packageName }: Project,
): Promise<MaskPrint> {
  try {
    const variable = secret === undefined ? undefined : await macroCaller.variable(secret, packageName);
    if (secret !== undefined && !variable?.value) return { texts: undefined, secret: variable };
    const texts = new Map<string, string>();
    const rendered = [...macros.values()].filter((macro) => macro.name === name);
    for (const macro of rendered) {
      const owner = macro.packageName === packageName ? '' : macro.packageName;
      texts.set(owner, (await macroCaller.call(macro, [MASKED_COLUMN], new Map())).trim());
    }
    return { texts, secret: variable };
  } catch (error) {
    if (error instanceof UserError) return { texts: undefined, secret: undefined };
    throw error;
  }
}
