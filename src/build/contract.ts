import { isPlainConstraint } from '../project/contract.ts';
import type { Column, Constraint, Contract, QueryNode } from '../project/node.ts';
import { identifier, type Sql, sql } from '../sql.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { readRowExpression } from '../warehouse/one-expression.ts';
import { readType } from '../warehouse/one-type.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';
import type { Job } from './materialization.ts';
import { NodeFailed } from './node-query.ts';
import { wrapSql } from './statement.ts';
import { storedType } from './stored-type.ts';

/**
 * Compares the columns of a query with the contract of its model, if it has one (dbt: assert_columns_equivalent). Their
 * order may differ.
 * @throws {UserError} with each column whose name or type differs from the contract
 */
export async function requireContract({
  model,
  query,
  session,
}: Pick<Job, 'model' | 'query' | 'session'>): Promise<void> {
  const contract = contractOf(model);
  if (!contract) return;
  const described = await session.describe(query.sql);
  const declared = await Promise.all(contract.columns.map((column) => declaredType(column, model, session)));
  const mistakes = [
    ...declared.flatMap((column) => mismatch(column, described, model)),
    ...described
      .filter(({ name }) => !declared.some((column) => column.name === name))
      .map(({ name, type }) => broken(model, `${name} (${type}) is missing in the contract`, model.location)),
  ];
  if (mistakes.length > 0) throw new UserError(mistakes);
}

/**
 * Makes the table of a model with a contract, and inserts the rows of its query by column name.
 * @throws {UserError} for a row that violates a constraint, and for a check that is not one expression
 */
export async function createContracted(
  { model, query, session, run }: Job,
  contract: Contract,
  place: Sql,
): Promise<void> {
  const definitions = await Promise.all(
    contract.columns.map(async (column) => {
      const { type } = await declaredType(column, model, session);
      const isRequired = contract.constraints.some(
        (one) => one.type === 'not_null' && one.columns.includes(column.name),
      );
      return sql`${identifier(column.name)} ${await storedType(type, session)}${isRequired ? sql` not null` : sql``}`;
    }),
  );
  const constraints = await Promise.all(
    contract.constraints
      .filter((constraint) => constraint.type !== 'not_null' && isPlainConstraint(constraint))
      .map((constraint) => constraintSql(constraint, model, session)),
  );
  const names = contract.columns.map(({ name }) => identifier(name));
  await session.run(sql`create or replace table ${place} (${[...definitions, ...constraints]})`);
  try {
    await run(wrapSql(sql`insert into ${place} (${names}) select ${names} from (`, query, sql`) as contracted`));
  } catch (cause) {
    if (!(cause instanceof NodeFailed && cause.cause instanceof SqlError && cause.cause.kind === 'constraint'))
      throw cause;
    // The engine's message quotes the value, so it stays in the cause. The transaction's rollback removes the table.
    throw new UserError(
      {
        code: 'constraint-broken',
        message: `rows of ${model.name} break a constraint of its contract: ${contract.constraints.map(shown).join(', ')}.`,
        location: model.location,
        fix: 'correct the query, or the constraint in the properties file',
      },
      { cause },
    );
  }
}

/** The enforced contract of a node; `undefined` for a node without one. */
function contractOf(model: QueryNode): Contract | undefined {
  return model.resourceType === 'model' ? model.contract : undefined;
}

async function declaredType(column: Column, model: QueryNode, session: Warehouse): Promise<Column & ColumnType> {
  const { name, dataType, dataTypeLocation, location } = column;
  if (dataType === undefined) {
    throw new UserError(broken(model, `${name} has no data_type`, location, `write the data_type of ${name}`));
  }
  const type = await readType(dataType, session);
  if (type) return { ...column, type: type.text };
  const fix = 'write data_type as DuckDB spells it, such as varchar, bigint or timestamptz';
  throw new UserError(
    broken(model, `'${dataType}' of ${name} is no type DuckDB knows`, dataTypeLocation ?? location, fix),
  );
}

function mismatch(column: Column & ColumnType, described: readonly ColumnType[], model: QueryNode): readonly Mistake[] {
  const { name, type, location, dataTypeLocation } = column;
  const found = described.find((other) => other.name === name);
  if (!found) return [broken(model, `${name} (${type}) is missing in the query`, location)];
  if (found.type === type) return [];
  return [
    broken(model, `${name} is ${found.type} in the query and ${type} in the contract`, dataTypeLocation ?? location),
  ];
}

function broken(
  { name }: QueryNode,
  difference: string,
  location: Mistake['location'],
  fix = `correct the query of ${name} or its contract`,
): Mistake {
  return {
    code: 'contract-broken',
    message: `${name} breaks its contract: ${difference}.`,
    ...(location && { location }),
    fix,
  };
}

async function constraintSql(constraint: Constraint, model: QueryNode, session: Warehouse): Promise<Sql> {
  const columns = constraint.columns.map((name) => identifier(name));
  switch (constraint.type) {
    case 'unique':
      return sql`unique (${columns})`;
    case 'primary_key':
      return sql`primary key (${columns})`;
    case 'check':
      return sql`check (${await readCheck(constraint, model, session)})`;
    default:
      throw new Error(`internal: the constraint ${constraint.type} is not left out`);
  }
}

async function readCheck(
  { expression = '', location }: Constraint,
  { name }: QueryNode,
  session: Warehouse,
): Promise<Sql> {
  const read = await readRowExpression(expression, session);
  if (read) return read;
  throw new UserError({
    code: 'bad-contract',
    message: `a check of ${name} is not one expression over the columns of a row.`,
    location,
    fix: 'write one expression without a subquery',
  });
}

function shown({ type, columns, expression }: Constraint): string {
  return `${type} ${expression ?? columns.join(', ')}`;
}
