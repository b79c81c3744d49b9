import { sameName } from '../../name.ts';
import { parseExpression } from '../../warehouse/one-expression.ts';
import { mapTree, objectOf, objectsOf, textOf, withoutPlaces } from '../../warehouse/parse-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/** Name of the column that is the only argument of a mask in its sample. */
export const MASKED_COLUMN = 'value';

/** How an output of a mask compares with its sample. `same`: it is the sample with the argument in place of the column. */
type MaskShape = 'same' | 'other expression' | 'other argument';

/**
 * Compares what a mask printed with what it prints for {@link MASKED_COLUMN}. The contract has only checked that sample.
 * More arguments, or a macro that tests for a name, may print another expression, and an argument such as
 * `'x') || email || ('y'` ends the call and adds an unmasked value.
 *
 * @param argument the expression that must stand in place of the column; `undefined` if the mask prints no argument
 * @param samples output of each macro with the mask's name for {@link MASKED_COLUMN}
 */
export async function compareWithSamples(
  printed: string,
  argument: string | undefined,
  samples: readonly string[],
  warehouse: Warehouse,
): Promise<MaskShape> {
  const own = await syntaxTree(printed, warehouse);
  if (own === undefined) return 'other expression';
  const supposed = argument === undefined ? undefined : JSON.stringify(await syntaxTree(argument, warehouse));
  let shape: MaskShape = 'other expression';
  for (const sample of samples) {
    const comparison = new Comparison();
    if (!comparison.isSame(await syntaxTree(sample, warehouse), own)) continue;
    // A mask that prints the same for any argument shows none, so there is none to compare.
    if (comparison.argument === undefined || comparison.argument === supposed) return 'same';
    shape = 'other argument';
  }
  return shape;
}

/** The syntax tree of an expression; `undefined` for a text that is not one expression. */
async function syntaxTree(text: string, warehouse: Warehouse): Promise<unknown> {
  const tree = await parseExpression(text, warehouse);
  const [statement] = objectsOf(tree?.['statements']);
  const [expression] = objectsOf(objectOf(statement?.['node'])?.['select_list']);
  return expression && mapTree(expression, withoutPlaces);
}

class Comparison {
  /** The expression in place of the column, as JSON; it is the same wherever the column stood. */
  argument: string | undefined;

  isSame(sample: unknown, printed: unknown): boolean {
    if (isMaskedColumn(sample)) {
      this.argument ??= JSON.stringify(printed);
      return this.argument === JSON.stringify(printed);
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
