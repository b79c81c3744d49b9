import type { Warehouse } from '../../warehouse/warehouse.ts';

/** The only argument of a mask where it is sampled: a column of this name. */
export const MASKED_COLUMN = 'value';

/**
 * Whether a mask printed the same expression as for {@link MASKED_COLUMN}, with one other expression in place of that
 * column. Otherwise what the contract found out about the mask says nothing here: more arguments, or a model or
 * argument that the macro knows by name, may change what it prints, and an argument such as `'x') || email || ('y'`
 * ends its call and goes on beside it.
 *
 * @param samples what each macro of the mask's name prints for {@link MASKED_COLUMN}
 */
export async function matchesSample(
  printed: string,
  samples: readonly string[],
  warehouse: Warehouse,
): Promise<boolean> {
  const [own, ...others] = await syntaxTrees([printed, ...samples], warehouse);
  return others.some((other) => new Comparison().isSame(other, own));
}

async function syntaxTrees(expressions: readonly string[], warehouse: Warehouse): Promise<readonly unknown[]> {
  const columns = expressions.map((_, index) => `json_serialize_sql(?::varchar) as "${index}"`);
  const [row] = await warehouse.rows(
    `select ${columns.join(', ')}`,
    // A comment at the end of an expression must not swallow the bracket.
    expressions.map((expression) => `select (\n${expression}\n)`),
  );
  return expressions.map((_, index) => withoutPlaces(JSON.parse(String(row?.[index]))));
}

function withoutPlaces(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutPlaces);
  if (typeof tree !== 'object' || tree === null) return tree;
  const entries = Object.entries(tree).filter(([key]) => key !== 'query_location');
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutPlaces(value)]));
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
  return Array.isArray(names) && names.length === 1 && String(names[0]).toLowerCase() === MASKED_COLUMN;
}
