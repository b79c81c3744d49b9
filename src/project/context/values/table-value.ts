import { toValue } from '../../../jinja/values/plain-value.ts';
import { HostObject, type Value } from '../../../jinja/values/value.ts';
import type { QueryResult } from '../../project.ts';
import { templateFunction } from '../functions/template-function.ts';

type Row = QueryResult['rows'][number];

/** The result of `run_query` (dbt: an agate table). */
export class TableValue extends HostObject {
  readonly typeName = 'Table';
  readonly columns: readonly string[];
  readonly rows: readonly Row[];

  constructor(columns: readonly string[], rows: readonly Row[]) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  print(): string {
    return `<table with ${this.columns.length} columns>`;
  }

  override items(): readonly Value[] {
    return this.rows.map((row) => new TableRow(this.columns, row));
  }

  override isTruthy(): boolean {
    return this.rows.length > 0;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'columns':
        return this.columns.map((_, index) => new TableColumn(this, index));
      case 'column_names':
        return toValue([...this.columns]);
      case 'rows':
        return [...this.items()];
      case 'column_types':
        return toValue(this.columns.map(() => 'Text'));
      default:
        return undefined;
    }
  }
}

class TableColumn extends HostObject {
  readonly typeName = 'Column';
  readonly #table: TableValue;
  readonly #index: number;

  constructor(table: TableValue, index: number) {
    super();
    this.#table = table;
    this.#index = index;
  }

  print(): string {
    return `<column ${this.#table.columns[this.#index] ?? ''}>`;
  }

  getAttribute(name: string): Value | undefined {
    if (name === 'name') return this.#table.columns[this.#index];
    if (name === 'values') return templateFunction('values', [], () => this.#values());
    return undefined;
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === 'number' ? this.#values().at(key) : undefined;
  }

  override items(): readonly Value[] {
    return this.#values();
  }

  #values(): Value[] {
    return this.#table.rows.map((row) => toValue(row[this.#index] ?? null));
  }
}

/** A row, whose cells are read by position or by the name of the column. */
class TableRow extends HostObject {
  readonly typeName = 'Row';
  readonly #columns: readonly string[];
  readonly #row: Row;

  constructor(columns: readonly string[], row: Row) {
    super();
    this.#columns = columns;
    this.#row = row;
  }

  print(): string {
    return `<row of ${this.#columns.length} columns>`;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'values':
        return templateFunction('values', [], () => [...this.items()]);
      case 'keys':
        return templateFunction('keys', [], () => toValue([...this.#columns]));
      case 'dict':
        return templateFunction('dict', [], () => toValue(this.#asRecord()));
      default:
        return this.getItem(name);
    }
  }

  override items(): readonly Value[] {
    return this.#row.map((cell) => toValue(cell));
  }

  override getItem(key: Value): Value | undefined {
    if (typeof key === 'number') return toValue(this.#row.at(key) ?? null);
    const index = typeof key === 'string' ? this.#columns.indexOf(key) : -1;
    return index === -1 ? undefined : toValue(this.#row[index] ?? null);
  }

  #asRecord(): { readonly [column: string]: unknown } {
    return Object.fromEntries(this.#columns.map((column, index) => [column, this.#row[index] ?? null]));
  }
}
