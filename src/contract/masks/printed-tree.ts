import { MASKED_COLUMN } from '../../lineage/query/mask-shape.ts';
import { parseExpression } from '../../warehouse/one-expression.ts';
import { objectOf, objectsIn, type ParseNode, textOf, valueText, withoutPlaces } from '../../warehouse/parse-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/**
 * Classes of parse nodes that only compute with their operands. Any other, such as a subquery, could bring other values
 * in.
 */
const COMPUTING: ReadonlySet<string> = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'LAMBDA',
  'LAMBDA_REF',
  'OPERATOR',
  'TYPE',
]);

/**
 * The part of a mask's printed expression that is not its argument, a literal or a function, in words; `undefined`
 * where there is none. Which functions are allowed is judged elsewhere.
 * @param printed one expression, printed for the column {@link MASKED_COLUMN}
 */
export async function foreignPartIn(printed: string, warehouse: Warehouse): Promise<string | undefined> {
  const tree = await parseExpression(printed, warehouse);
  if (!tree) return undefined;
  const parameters = new Set([...objectsIn(tree)].flatMap(lambdaParameters));
  for (const node of objectsIn(tree)) {
    const kind = textOf(node['class']);
    if (kind !== '' && !COMPUTING.has(kind)) return `it prints ${kind.toLowerCase().replaceAll('_', ' ')}`;
    if (kind === 'COLUMN_REF' && !isArgument(node, parameters)) return 'it prints another column than its argument';
  }
  return undefined;
}

/**
 * Whether the secret stays inside one text literal wherever the mask prints it, so that nothing in it is read as SQL: the
 * mask printed with two secrets has the same parse tree. It is false if one of them does not parse.
 */
export async function staysOneLiteral(
  own: { readonly printed: string; readonly secret: string },
  other: { readonly printed: string; readonly secret: string },
  warehouse: Warehouse,
): Promise<boolean> {
  const trees = await Promise.all(
    [own, other].map(async ({ printed, secret }) => {
      const tree = await parseExpression(printed, warehouse);
      return tree && JSON.stringify(withoutSecret(tree, secret));
    }),
  );
  return trees[0] !== undefined && trees[0] === trees[1];
}

function withoutSecret(value: unknown, secret: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecret(item, secret));
  const node = objectOf(value);
  if (!node) return value;
  const text = objectOf(node['value'])?.['value'];
  if (node['class'] === 'CONSTANT' && typeof text === 'string' && valueText(text) === secret) return 'secret';
  return Object.fromEntries(
    Object.entries(withoutPlaces(node)).map(([key, entry]) => [key, withoutSecret(entry, secret)]),
  );
}

function isArgument(node: ParseNode, parameters: ReadonlySet<string>): boolean {
  const names = Array.isArray(node['column_names'])
    ? node['column_names'].map((name) => textOf(name).toLowerCase())
    : [];
  const [name = ''] = names;
  return names.length === 1 && (name === MASKED_COLUMN || parameters.has(name));
}

function lambdaParameters(node: ParseNode): readonly string[] {
  if (node['class'] !== 'LAMBDA') return [];
  return [...objectsIn(node['lhs'])].flatMap(({ column_names: names }) =>
    Array.isArray(names) && names.length === 1 ? [textOf(names[0]).toLowerCase()] : [],
  );
}
