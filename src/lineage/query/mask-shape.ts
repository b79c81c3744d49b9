import { sameName } from '../../name.ts';
import { parseExpression } from '../../warehouse/one-expression.ts';
import { mapTree, textOf, withoutPlaces } from '../../warehouse/parse-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/** Name of the column that is the only argument of a mask in its sample. */
export const MASKED_COLUMN = 'value';

/**
 * Whether a mask printed the same expression as for {@link MASKED_COLUMN}, with one other expression in place of that
 * column. The contract has only checked that sample. More arguments, or a macro that tests for a name, may print
 * another expression, and an argument such as `'x') || email || ('y'` ends the call and adds an unmasked value.
 *
 * @param samples output of each macro with the mask's name for {@link MASKED_COLUMN}
 */
export async function matchesSample(
  printed: string,
  samples: readonly string[],
  warehouse: Warehouse,
): Promise<boolean> {
  const own = await syntaxTree(printed, warehouse);
  const others = await Promise.all(samples.map((sample) => syntaxTree(sample, warehouse)));
  return own !== undefined && others.some((other) => new Comparison().isSame(other, own));
}

/** The syntax tree of an expression as text; `undefined` for a text that is not one expression. */
async function syntaxTree(text: string, warehouse: Warehouse): Promise<unknown> {
  const tree = await parseExpression(text, warehouse);
  return tree && mapTree(tree, withoutPlaces);
}

class Comparison {
  /** The expression in place of the column, as JSON; it is the same wherever the column stood. */
  #argument: string | undefined;

  isSame(sample: unknown, printed: unknown): boolean {
    if (isMaskedColumn(sample)) {
      this.#argument ??= JSON.stringify(printed);
      return this.#argument === JSON.stringify(printed);
    }
    if (typeof sample !== 'object' || sample === null) return sample === printed;
    if (typeof printed !== 'object' || printed === null) return false;
    const entries = Object.entries(sample);
    const others = new Map(Object.entries(printed));
    return (
      Array.isArray(sample) === Array.isArray(printed) &&
      entries.length === others.size &&
      entries.every(([key, value]) => others.has(key) && this.isSame(value, others.get(key)))
    );
  }
}

function isMaskedColumn(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null || !('column_names' in tree)) return false;
  const { column_names: names } = tree;
  return Array.isArray(names) && names.length === 1 && sameName(textOf(names[0]), MASKED_COLUMN);
}
