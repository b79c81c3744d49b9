import { sameName } from '../name.ts';
import type { Mistake } from '../user-error.ts';
import type { Constraint, Contract, Model, QueryNode } from './node.ts';

/** Types of constraints that are supported: a table of DuckDB gets them. */
const CONSTRAINT_TYPES: readonly string[] = ['not_null', 'unique', 'primary_key', 'check'];

/** Whether the value of the config `contract` says `enforced: true`. */
export function isEnforced(contract: unknown): boolean {
  const enforced = typeof contract === 'object' && contract !== null && 'enforced' in contract && contract.enforced;
  return enforced !== false && enforced !== null && enforced !== 'false';
}

/** Whether a constraint is supported: its type is, and it has SQL of the project only if it is a check. */
export function isPlainConstraint({ type, expression }: Constraint): boolean {
  return type === 'check' ? expression !== undefined : CONSTRAINT_TYPES.includes(type) && expression === undefined;
}

/** Mistakes in the contract of a model that are found without its query (dbt: while parsing). */
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

/** The contract whose column order the table of a node has; `undefined` for a view, which keeps the order of its query. */
export function tableContract(node: QueryNode): Contract | undefined {
  if (node.resourceType !== 'model' || !['table', 'incremental'].includes(node.config.materialized)) return undefined;
  return node.contract;
}

/** Sorts the columns of a query into the order that they have in the node's table. */
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
