import { nameKey } from '../../name.ts';
import { objectOf, objectsIn, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';

/**
 * The columns of a relation that hold personal values, or a number about them: key of the column's name → the tables of
 * origin of those values. Columns are followed by their names alone, so a column may be here that holds no such value,
 * but not the reverse.
 */
export type PersonalNames = ReadonlyMap<string, ReadonlySet<string>>;

/** A relation in a FROM. */
export interface NamedInput {
  readonly alias: string;
  readonly personal: PersonalNames;
}

/** Stands for all columns of a relation; no column has an empty name. */
const EVERY_COLUMN = '';

/** Stands beside the tables of origin for the result of an aggregate, whatever that summarises. */
export const SUMMARY = '';

/** The tables whose personal values an expression reads. */
export function originsIn(expression: unknown, inputs: readonly NamedInput[], own: PersonalNames): ReadonlySet<string> {
  const origins = [...objectsIn(expression)].flatMap((part) => {
    if (part['type'] === 'STAR') return inputs.flatMap((input) => (isOf(part, input) ? allOrigins(input) : []));
    return part['type'] === 'COLUMN_REF' ? originsOf(part, inputs, own) : [];
  });
  return new Set(origins);
}

function originsOf(reference: ParseNode, inputs: readonly NamedInput[], own: PersonalNames): readonly string[] {
  const names = Array.isArray(reference['column_names'])
    ? reference['column_names'].map((name) => nameKey(textOf(name)))
    : [];
  // In `a.b`, `a` is a table, a schema, or a column with a field `b`.
  return [
    ...names.flatMap((name) => [...(own.get(name) ?? [])]),
    ...inputs.flatMap((input) => {
      const isWholeRow = names.at(-1) === nameKey(input.alias);
      if (isWholeRow) return allOrigins(input);
      return [...names, EVERY_COLUMN].flatMap((name) => [...(input.personal.get(name) ?? [])]);
    }),
  ];
}

function allOrigins({ personal }: NamedInput): readonly string[] {
  return [...personal.values()].flatMap((origins) => [...origins]);
}

function isOf(star: ParseNode, { alias }: NamedInput): boolean {
  const name = textOf(star['relation_name']);
  return name === '' || nameKey(name) === nameKey(alias);
}

/** The personal names among the output columns of a SELECT. */
export function selectedNames(
  items: readonly ParseNode[],
  inputs: readonly NamedInput[],
  isSummary: (item: ParseNode) => boolean,
): PersonalNames {
  const names = new Map<string, ReadonlySet<string>>();
  for (const item of items) {
    if (item['type'] === 'STAR') {
      for (const input of inputs.filter((each) => isOf(item, each))) {
        for (const [name, origins] of input.personal) addOrigins(names, name, origins);
      }
    }
    const isSeveral = item['type'] === 'STAR' && hasChanges(item);
    if (item['type'] === 'STAR' && !isSeveral) continue;
    const origins = new Set(originsIn(item, inputs, names));
    if (isSummary(item)) origins.add(SUMMARY);
    addOrigins(names, isSeveral ? EVERY_COLUMN : nameOf(item), origins);
  }
  return names;
}

/** Whether a star gives columns by other names, or other values by theirs: REPLACE, RENAME and COLUMNS. */
function hasChanges(star: ParseNode): boolean {
  const lists = [star['replace_list'], star['rename_list']];
  return objectOf(star['expr']) !== undefined || lists.some((list) => Array.isArray(list) && list.length > 0);
}

/**
 * Key of the output column of an item. An expression without a name has the key of every column: it may be read by the
 * text that the engine makes of it.
 */
function nameOf(item: ParseNode): string {
  const alias = textOf(item['alias']);
  if (alias !== '') return nameKey(alias);
  const names: readonly unknown[] = Array.isArray(item['column_names']) ? item['column_names'] : [];
  return nameKey(textOf(names.at(-1)));
}

export function addOrigins(names: Map<string, ReadonlySet<string>>, name: string, origins: Iterable<string>): void {
  const all = new Set([...(names.get(name) ?? []), ...origins]);
  if (all.size > 0) names.set(name, all);
}

/**
 * The names of a relation whose columns get new names where it is read, or of several queries put together: any column
 * may hold the values of each.
 */
export function withoutNames(...relations: readonly PersonalNames[]): PersonalNames {
  const names = new Map<string, ReadonlySet<string>>();
  for (const personal of relations) for (const origins of personal.values()) addOrigins(names, EVERY_COLUMN, origins);
  return names;
}
