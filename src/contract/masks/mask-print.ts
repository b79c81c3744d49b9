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
   * Printed texts by package of the macro, with the same stand-in for each secret. The project's own package is `''`,
   * since a project may be renamed. `undefined` where one cannot be rendered.
   */
  readonly texts: ReadonlyMap<string, string> | undefined;
  /** The secret in this run; `undefined` where the mask has none. No output holds its value. */
  readonly secret: SetVariable | undefined;
}

/** Stand-in for each secret: it has the form of one. */
const STAND_IN = '8f14c2a97be05d3614b2';

export async function printMask(
  { macro: name, secret }: MaskConfig,
  { macros, macroCaller, name: packageName }: Project,
): Promise<MaskPrint> {
  try {
    const texts = new Map<string, string>();
    const vars = new Map(secret === undefined ? [] : [[secret, STAND_IN]]);
    const rendered = [...macros.values()].filter((macro) => macro.name === name);
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
