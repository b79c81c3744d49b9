import { call, nullLiteral, reference, selectFrom, star, subqueryTable } from '../../warehouse/parse-nodes.ts';
import { objectOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';
import { asSet, joinPersons, type PersonColumn } from './count-persons.ts';
import { withoutNames } from './personal-names.ts';
import { byOrigin, type Scope, type Sized, Uncountable, unsized } from './size-scope.ts';

/**
 * Sizes a set operation. Both sides of a UNION get the same added columns. EXCEPT and INTERSECT get none, since they
 * compare whole rows.
 */
export function sizeSetOperation(node: ParseNode, scope: Scope): Sized {
  const left = objectOf(node['left']);
  const right = objectOf(node['right']);
  if (!left || !right) throw new Uncountable();
  const sides = [scope.sizeNode(left, scope), scope.sizeNode(right, scope)] as const;
  const personal = withoutNames(...sides.map((side) => side.personal));
  const persons = byOrigin(sides.flatMap((side) => side.persons));
  const sizes = sides.flatMap((side) => side.sizes);
  const isLost = sides.some((side) => side.isLost);
  if (persons.size === 0 && sizes.length === 0) return { ...unsized(node, isLost), personal };
  if (!textOf(node['setop_type']).startsWith('UNION')) {
    if (sizes.length > 0) throw new Uncountable();
    return { ...unsized(node, true), personal };
  }
  const columns = [...persons.keys()].map((origin) => {
    const isOne = sides.every((side) => isOneAtMost(side.persons.filter((person) => person.origin === origin)));
    return { origin, holds: isOne ? ('one' as const) : ('set' as const), column: scope.newName() };
  });
  const size = sizes.length > 0 ? [scope.newName()] : [];
  const [first, second] = sides.map((side) => alignSide(side, columns, size, scope));
  return { part: { ...node, left: first, right: second }, persons: columns, sizes: size, personal, isLost };
}

/** Whether a row is about one person of an origin, or about none. */
function isOneAtMost(persons: readonly Omit<PersonColumn, 'table'>[]): boolean {
  return persons.length < 2 && persons.every(({ holds }) => holds === 'one');
}

/** One side of a UNION with exactly these columns behind its own. */
function alignSide(
  side: Sized,
  persons: readonly Omit<PersonColumn, 'table'>[],
  sizes: readonly string[],
  scope: Scope,
): ParseNode {
  const table = scope.newName();
  const added = [...side.persons.map(({ column }) => column), ...side.sizes];
  const aligned = persons.map(({ origin, column, holds }) => {
    const own = side.persons.filter((person) => person.origin === origin).map((person) => ({ ...person, table }));
    if (own.length === 0) return { ...nullLiteral(), alias: column };
    const joined = joinPersons(own);
    return { ...(holds === 'one' ? joined.expression : asSet(joined)), alias: column };
  });
  const smallest = side.sizes.map((column) => reference({ table, column }));
  const size = sizes.map((alias) => ({ ...(smallest.length > 0 ? call('least', smallest) : nullLiteral()), alias }));
  return selectFrom([star(added), ...aligned, ...size], subqueryTable(table, side.part, []));
}
