import type { AnyJoin, ComparisonJoin, DelimJoin, JoinCondition, JoinType, Operator } from './operator.ts';
import { type Json, readIndex, readList, readObject, readText, requireEmpty, unexpected } from './plan-json.ts';
import { readExpression, readExpressions, readOptionalExpression } from './read-expression.ts';

/** The decoded inputs of a join. */
export interface JoinSides {
  readonly left: Operator;
  readonly right: Operator;
}

export function readComparisonJoin(json: Json, type: ComparisonJoin['type'], sides: JoinSides): ComparisonJoin {
  requireEmpty(json, 'duplicate_eliminated_columns');
  return { type, ...readJoin(json, sides) };
}

export function readDelimJoin(json: Json, sides: JoinSides): DelimJoin {
  return {
    type: 'LOGICAL_DELIM_JOIN',
    ...readJoin(json, sides),
    duplicateEliminated: readExpressions(json, 'duplicate_eliminated_columns'),
  };
}

function readJoin(json: Json, sides: JoinSides): Omit<ComparisonJoin, 'type'> {
  requireEmpty(json, 'left_projection_map', 'right_projection_map', 'delim_flipped');
  return {
    joinType: readJoinType(json),
    ...sides,
    conditions: readList(json, 'conditions').map(readCondition),
    predicate: readOptionalExpression(json, 'predicate'),
    markIndex: readIndex(json, 'mark_index'),
  };
}

function readCondition(value: unknown): JoinCondition {
  const json = readObject(value, 'join condition');
  return {
    operator: readText(json, 'comparison'),
    left: readExpression(json['left']),
    right: readExpression(json['right']),
  };
}

export function readAnyJoin(json: Json, sides: JoinSides): AnyJoin {
  requireEmpty(json, 'left_projection_map', 'right_projection_map');
  return {
    type: 'LOGICAL_ANY_JOIN',
    joinType: readJoinType(json),
    ...sides,
    condition: readExpression(json['condition']),
    markIndex: readIndex(json, 'mark_index'),
  };
}

/** Join types of an unoptimized plan. Only the optimizer makes RIGHT_SEMI and RIGHT_ANTI. */
const JOIN_TYPES: readonly JoinType[] = ['INNER', 'LEFT', 'RIGHT', 'FULL', 'SINGLE', 'SEMI', 'ANTI', 'MARK'];

function readJoinType(json: Json): JoinType {
  const name = readText(json, 'join_type');
  const joinType = JOIN_TYPES.find((type) => type === name);
  if (!joinType) throw unexpected(`join type ${name}`);
  return joinType;
}
