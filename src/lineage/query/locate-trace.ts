import type { Location } from '../../location.ts';
import type { CompiledNode } from '../../project/project.ts';
import { type Token, tokenize } from '../../sql-tokens.ts';
import { type ByteOffset, openByteOffsets } from '../../warehouse/offset.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import type { Flow } from '../flow.ts';
import type { Revealed } from '../plan/comparisons.ts';
import { type FlowSet, union } from '../plan/flows/flow-set.ts';
import type { LocalFlow } from '../plan/flows/local-flow.ts';
import { flowsOf } from '../plan/flows/value.ts';
import type { QueryTrace } from '../query-trace.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { expressionAt, outputColumns, type Span, shownSql } from './sql-text.ts';
import { withoutMarks } from './without-marks.ts';

/**
 * Adds to each flow its place in the template and the expression there.
 *
 * @param sql the planned text
 * @param columns of the model's table, in order: the marked text has the same columns, but the engine may name
 *   them differently
 */
export function locateTrace(
  trace: Revealed,
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
      const compared = trace.compared[index] ?? union();
      return {
        ...column,
        flows: locateAll(flows, text, column.name),
        compared: locateAll(compared, text, column.name),
      };
    }),
    dataset: locateAll(trace.rows, text, undefined),
    size: {
      flows: locateAll(trace.size, text, undefined),
      compared: locateAll(trace.comparedSize, text, undefined),
    },
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

/** A planned text, with a cache of the places in it: many flows share a place. */
class LocatedText {
  readonly firstLine: Location;
  readonly #sql: CompiledNode['sql'];
  readonly #tokens: readonly Token[];
  readonly #indexOf: (offset: ByteOffset) => number;
  #output: ((name: string) => Span | undefined) | undefined;
  readonly #places = new Map<number | string, Place | undefined>();

  constructor(sql: CompiledNode['sql'], firstLine: Location) {
    this.#sql = sql;
    this.#tokens = tokenize(sql.text);
    this.#indexOf = openByteOffsets(sql.text);
    this.firstLine = firstLine;
  }

  at(offset: ByteOffset): Place | undefined {
    return this.#remember(offset.utf8Bytes, () => {
      const index = this.#indexOf(offset);
      const span = expressionAt(this.#tokens, index);
      return span && this.#place(index, span);
    });
  }

  output(name: string): Place | undefined {
    return this.#remember(name, () => {
      this.#output ??= outputColumns(this.#tokens);
      const span = this.#output(name);
      return span && this.#place(span.start, span);
    });
  }

  /**
   * The place in the model's own file, also for text that a macro printed, since the author of the model can change the
   * call.
   */
  #place(index: number, span: Span): Place {
    const origin = this.#sql.origin(index);
    const [call] = origin.calls;
    return {
      location: call ?? withEnd(origin.location, this.#sql.origin(span.end - 1)),
      expression: withoutMarks(shownSql(this.#sql.text, this.#tokens, span)),
    };
  }

  #remember(key: number | string, find: () => Place | undefined): Place | undefined {
    if (!this.#places.has(key)) this.#places.set(key, find());
    return this.#places.get(key);
  }
}

/** A location with its end, if the last character is behind it in the same file. */
function withEnd(start: Location, { location, calls }: ReturnType<CompiledNode['sql']['origin']>): Location {
  const isBehind = location.line > start.line || (location.line === start.line && location.column >= start.column);
  if (calls.length > 0 || location.file !== start.file || !isBehind) return start;
  return { ...start, end: { line: location.line, column: location.column + 1 } };
}
