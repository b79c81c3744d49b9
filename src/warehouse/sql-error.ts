/**
 * The engine refused a statement. `message` is the engine's own text and may quote a data value when rows were read:
 * show it only for statements on empty tables, else show `kind` alone.
 */
export class SqlError extends Error {
  /** The engine's class of error in lower case: `parser`, `binder`, `catalog`, `conversion`, `constraint`, `io`, … */
  readonly kind: string;
  /** Where in the statement, in UTF-16 units from 0, where the engine says so. */
  readonly offset: number | undefined;

  constructor(kind: string, message: string, offset: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SqlError';
    this.kind = kind;
    this.offset = offset;
  }
}
