import { HostObject, type Value } from '../../../jinja/values/value.ts';
import { quoteName } from '../../../quote.ts';
import { templateFunction } from '../functions/template-function.ts';

/** A column as macros get it from the adapter (dbt: Column). */
export class ColumnValue extends HostObject {
  readonly typeName = 'Column';
  readonly name: string;
  /** Type of the column as DESCRIBE of DuckDB spells it. */
  readonly type: string;

  constructor(name: string, type: string) {
    super();
    this.name = name;
    this.type = type;
  }

  print(): string {
    return `<Column ${this.name} (${dataType(this.type)})>`;
  }

  getAttribute(name: string): Value | undefined {
    return Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name]?.(this) : undefined;
  }
}

const ATTRIBUTES: { readonly [name: string]: (column: ColumnValue) => Value } = {
  name: ({ name }) => name,
  column: ({ name }) => name,
  quoted: ({ name }) => quoteName(name),
  dtype: ({ type }) => type,
  data_type: ({ type }) => dataType(type),
  char_size: () => null,
  numeric_precision: () => null,
  numeric_scale: () => null,
  is_string: ({ type }) => templateFunction('is_string', [], () => /^(text|varchar|character varying)/i.test(type)),
  is_numeric: ({ type }) => templateFunction('is_numeric', [], () => /^(numeric|decimal)/i.test(type)),
  is_integer: ({ type }) =>
    templateFunction('is_integer', [], () => /^u?(tinyint|smallint|integer|bigint|hugeint|int\d?)\b/i.test(type)),
  is_float: ({ type }) => templateFunction('is_float', [], () => /^(real|float|double)/i.test(type)),
  is_number: ({ type }) =>
    templateFunction('is_number', [], () =>
      /^(u?(tinyint|smallint|integer|bigint|hugeint|int\d?)|real|float|double|numeric|decimal)\b/i.test(type),
    ),
  string_size: () => templateFunction('string_size', [], () => 256),
};

/** dbt: Column.data_type, which gives text a size that DuckDB ignores. */
function dataType(type: string): string {
  return /^(text|varchar)$/i.test(type) ? 'character varying(256)' : type;
}

/** dbt: Column.translate_type; only `string` means something else in DuckDB. */
function translateType(type: string): string {
  return type.toLowerCase() === 'string' ? 'TEXT' : type;
}

/** dbt's class `api.Column`, which macros call for a value that describes a column. */
export class ColumnClass extends HostObject {
  readonly typeName = 'type';

  print(): string {
    return "<class 'Column'>";
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'translate_type':
        return templateFunction('translate_type', ['dtype'], ({ given }) => translateType(text(given.dtype)));
      case 'create':
        return templateFunction('create', ['name', 'label_or_dtype'], ({ given }) => {
          return new ColumnValue(text(given.name), translateType(text(given.label_or_dtype)));
        });
      case 'string_type':
        return templateFunction('string_type', ['size'], ({ given }) => `character varying(${String(given.size)})`);
      case 'numeric_type':
        return templateFunction('numeric_type', ['dtype', 'precision', 'scale'], ({ given }) => text(given.dtype));
      default:
        return undefined;
    }
  }
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
