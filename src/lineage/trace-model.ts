import type { Location } from '../location.ts';
import type { CompiledNode } from '../project/project.ts';
import { byteOffsetToIndex } from '../warehouse/offset.ts';
import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Flow, FlowKind } from './flow.ts';
import { withoutMarks } from './mask-marker.ts';
import { type FlowSet, type LocalFlow, union } from './plan/flow-set.ts';
import type { Trace } from './plan/trace-operator.ts';
import { UnknownFlow } from './plan/unknown-flow.ts';
import { flowsOf } from './plan/value.ts';
import type { QueryTrace } from './query-trace.ts';
import { expressionAt, outputColumn, type Span, shownSql, type Token, tokenize } from './sql-text.ts';

/**
 * Gives each flow its place in the template and the expression there.
 *
 * @param sql the text that was planned
 * @param columns of the model's table, in order: the marked text gives the same under other names
 */
export function locateTrace(
  trace: Trace,
  sql: CompiledNode['sql'],
  columns: readonly ColumnType[],
  firstLine: Location,
): QueryTrace {
  if (trace.columns.length !== columns.length) throw new UnknownFlow('a plan whose columns are not those of the table');
  const text = new LocatedText(sql, firstLine);
  return {
    columns: columns.map((column, index) => {
      const value = trace.columns[index]?.value;
      const flows = value ? flowsOf(value) : union();
      return { ...column, flows: locateAll(flows, text, column.name) };
    }),
    dataset: locateAll(trace.rows, text, undefined),
  };
}

function locateAll(flows: FlowSet, text: LocatedText, output: string | undefined): readonly Flow[] {
  return [...flows.values()].map((flow) => locate(flow, text, output));
}

function locate({ offset, ...flow }: LocalFlow, text: LocatedText, output: string | undefined): Flow {
  const place =
    (offset === undefined ? undefined : text.at(offset)) ?? (output === undefined ? undefined : text.output(output));
  const masking = flow.masks.length > 0;
  return {
    ...flow,
    masking,
    location: place?.location ?? text.firstLine,
    expression: place?.expression ?? flow.source.column,
  };
}

interface Place {
  readonly location: Location;
  readonly expression: string;
}

/** A planned text and what was found in it so far: many flows share a place. */
class LocatedText {
  readonly firstLine: Location;
  readonly #sql: CompiledNode['sql'];
  readonly #tokens: readonly Token[];
  readonly #places = new Map<number | string, Place | undefined>();

  constructor(sql: CompiledNode['sql'], firstLine: Location) {
    this.#sql = sql;
    this.#tokens = tokenize(sql.text);
    this.firstLine = firstLine;
  }

  /** By offset in UTF-8 bytes. */
  at(offset: number): Place | undefined {
    return this.#remember(offset, () => {
      const index = byteOffsetToIndex(this.#sql.text, offset);
      const span = expressionAt(this.#tokens, index);
      return span && this.#place(index, span);
    });
  }

  output(name: string): Place | undefined {
    return this.#remember(name, () => {
      const span = outputColumn(this.#tokens, name);
      return span && this.#place(span.start, span);
    });
  }

  /** In the model's own file, where a macro printed it: that is what its author can change. */
  #place(index: number, span: Span): Place {
    const origin = this.#sql.origin(index);
    return {
      location: origin.calls[0] ?? origin.location,
      expression: withoutMarks(shownSql(this.#sql.text, this.#tokens, span)),
    };
  }

  #remember(key: number | string, find: () => Place | undefined): Place | undefined {
    if (!this.#places.has(key)) this.#places.set(key, find());
    return this.#places.get(key);
  }
}

/** Both renderings of an incremental model fill one table: a column has the flows of either. */
export function mergeQueries(first: QueryTrace, later: QueryTrace): QueryTrace {
  const added = new Map(later.columns.map((column) => [column.name.toLowerCase(), column]));
  const columns = first.columns.map((column) => {
    const other = added.get(column.name.toLowerCase());
    added.delete(column.name.toLowerCase());
    return other ? { ...column, flows: [...column.flows, ...other.flows] } : column;
  });
  const names = [...(first.names ?? []), ...(later.names ?? [])];
  return {
    columns: [...columns, ...added.values()],
    dataset: [...first.dataset, ...later.dataset],
    ...(names.length > 0 && { names }),
  };
}

/** Rows of an incremental model make way for new ones with the same key: the key decides which rows there are. */
export function withReplacedRows(query: QueryTrace, uniqueKey: readonly string[]): QueryTrace {
  const keys = new Set(uniqueKey.map((name) => name.toLowerCase()));
  const named = query.columns.filter(({ name }) => keys.has(name.toLowerCase()));
  // A key that is no column is an expression over some of them.
  const read = named.length === keys.size ? named : query.columns;
  const matched = read.flatMap(({ flows }) => flows).map((flow): Flow => ({ ...flow, ...joining(flow) }));
  return { ...query, dataset: [...query.dataset, ...matched] };
}

function joining(flow: FlowKind): FlowKind {
  return flow.type === 'INDIRECT' ? { type: flow.type, subtype: flow.subtype } : { type: 'INDIRECT', subtype: 'JOIN' };
}
