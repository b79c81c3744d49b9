import type { Warehouse } from '../../warehouse/warehouse.ts';

/** What a mask is given where it is tried: a column of this name, and nothing else. */
export const MASKED_COLUMN = 'value';

/**
 * Whether a mask printed what it prints where it is tried, but for one expression in place of the column. Otherwise what
 * was found out about it says nothing: more arguments, a model or an argument it knows by name may change what it prints,
 * and an argument such as `'x') || email || ('y'` ends its call and goes on beside it.
 *
 * @param tried what each macro of that name prints for {@link MASKED_COLUMN}
 */
export async function isPrintedAsTried(
  printed: string,
  tried: readonly string[],
  warehouse: Warehouse,
): Promise<boolean> {
  const [own, ...others] = await syntaxTrees([printed, ...tried], warehouse);
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
  /** What stands in place of the column; the same wherever the column stood. */
  #argument: string | undefined;

  isSame(tried: unknown, printed: unknown): boolean {
    if (isMaskedColumn(tried)) {
      this.#argument ??= JSON.stringify(printed);
      return this.#argument === JSON.stringify(printed);
    }
    if (typeof tried !== 'object' || tried === null) return tried === printed;
    if (typeof printed !== 'object' || printed === null) return false;
    const entries = Object.entries(tried);
    const others = new Map(Object.entries(printed));
    return (
      Array.isArray(tried) === Array.isArray(printed) &&
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
