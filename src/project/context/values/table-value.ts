import { toPlain, toValue } from '../../../jinja/values/plain-value.ts';
import { HostObject, Tuple, type Value } from '../../../jinja/values/value.ts';
import { asList, asMapping } from '../../mapping.ts';
import { templateFunction } from '../functions/template-function.ts';

type Row = readonly Value[];

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
        return new TableColumns(this);
      case 'rename':
        return templateFunction('rename', ['column_names'], ({ given }) => this.#renamed(given.column_names ?? null));
      case 'select':
        return templateFunction('select', ['key'], ({ given }) => this.#pick(textsOf(given.key ?? null)));
      case 'exclude':
        return templateFunction('exclude', ['key'], ({ given }) => {
          const left = textsOf(given.key ?? null);
          return this.#pick(this.columns.filter((name) => !left.includes(name)));
        });
      case 'limit':
        return templateFunction('limit', ['start_or_stop'], ({ given }) => {
          const { start_or_stop: count } = given;
          return new TableValue(this.columns, typeof count === 'number' ? this.rows.slice(0, count) : this.rows);
        });
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

  /** agate: Table.rename. The argument is a dict of old names to new ones, or a list of all new names. */
  #renamed(names: Value): TableValue {
    const byName = asMapping(toPlain(names));
    const inOrder = byName ? [] : textsOf(names);
    const columns = this.columns.map((name, index) => String(byName?.get(name) ?? inOrder[index] ?? name));
    return new TableValue(columns, this.rows);
  }

  #pick(names: readonly string[]): TableValue {
    const places = this.columns.flatMap((name, index) => (names.includes(name) ? [index] : []));
    return new TableValue(
      places.map((place) => this.columns[place] ?? ''),
      this.rows.map((row) => places.map((place) => row[place] ?? null)),
    );
  }
}

/** The names in an argument that is one name or a list of names. */
function textsOf(value: Value): readonly string[] {
  return asList(toPlain(value)).map(String);
}

/** The columns of a table, which are a list and a dict at once (agate: MappedSequence). A loop visits the columns. */
class TableColumns extends HostObject {
  readonly typeName = 'MappedSequence';
  readonly #table: TableValue;

  constructor(table: TableValue) {
    super();
    this.#table = table;
  }

  print(): string {
    return `<${this.#table.columns.length} columns>`;
  }

  override items(): readonly Value[] {
    return this.#table.columns.map((_, index) => new TableColumn(this.#table, index));
  }

  override getItem(key: Value): Value | undefined {
    if (typeof key === 'number') return this.items().at(key);
    const index = typeof key === 'string' ? this.#table.columns.indexOf(key) : -1;
    return index === -1 ? undefined : this.items()[index];
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'keys':
        return templateFunction('keys', [], () => toValue([...this.#table.columns]));
      case 'values':
        return templateFunction('values', [], () => [...this.items()]);
      case 'items':
        return templateFunction('items', [], () =>
          this.#table.columns.map((key, index) => new Tuple([key, this.items()[index] ?? null])),
        );
      case 'get':
        return templateFunction(
          'get',
          ['key', 'default'],
          ({ given }) => this.getItem(given.key ?? null) ?? given.default ?? null,
        );
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
    if (name === 'index') return this.#index;
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
