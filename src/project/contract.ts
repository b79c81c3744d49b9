import { sameName } from '../name.ts';
import type { Mistake } from '../user-error.ts';
import type { Constraint, Contract, Model, QueryNode } from './node.ts';

/** The types of constraints that a table of DuckDB gets. */
const CONSTRAINT_TYPES: readonly string[] = ['not_null', 'unique', 'primary_key', 'check'];

/** Whether `contract` of a configuration says that it is enforced. */
export function isEnforced(contract: unknown): boolean {
  const enforced = typeof contract === 'object' && contract !== null && 'enforced' in contract && contract.enforced;
  return enforced !== false && enforced !== null && enforced !== 'false';
}

/** Whether the engine is told a constraint as its type says, without words of the project behind it. */
export function isPlainConstraint({ type, expression }: Constraint): boolean {
  return type === 'check' ? expression !== undefined : CONSTRAINT_TYPES.includes(type) && expression === undefined;
}

/** Mistakes in a contract that show before any query is read (dbt: while parsing). */
export function contractMistakes({ name, config, contract, location }: Model): readonly Mistake[] {
  if (!contract) return [];
  const mistakes: Mistake[] = [];
  if (contract.columns.length === 0) {
    mistakes.push({
      code: 'bad-contract',
      message: `${name} has an enforced contract and declares no column.`,
      location,
      fix: `list the columns of ${name} with their data_type in a properties file`,
    });
  }
  const policy = config.other['on_schema_change'];
  if (config.materialized === 'incremental' && policy !== 'append_new_columns' && policy !== 'fail') {
    mistakes.push({
      code: 'bad-contract',
      message: `${name} is incremental with an enforced contract: on_schema_change must say what becomes of other columns.`,
      location,
      fix: "set on_schema_change to 'append_new_columns' or 'fail'",
    });
  }
  return mistakes;
}

/** The contract that orders the columns of a node's table: a view keeps the order of its query. */
export function tableContract(node: QueryNode): Contract | undefined {
  if (node.resourceType !== 'model' || !['table', 'incremental'].includes(node.config.materialized)) return undefined;
  return node.contract;
}

/** Columns of a query in the order that they have in the node's table. */
export function inTableOrder<Column extends { readonly name: string }>(
  node: QueryNode,
  columns: readonly Column[],
): readonly Column[] {
  const contract = tableContract(node);
  if (!contract) return columns;
  const place = ({ name }: Column) => {
    const index = contract.columns.findIndex((column) => sameName(column.name, name));
    return index === -1 ? contract.columns.length : index;
  };
  return [...columns].sort((a, b) => place(a) - place(b));
}
