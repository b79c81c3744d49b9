/**
 * SQL that may be run. Two places make it of plain text: `sql.ts` of Fenceline's own templates, and `warehouse/` of text
 * that DuckDB has parsed (`one-query.ts` and its neighbours). `test/sql.test.ts` fails if another file imports this one.
 */
export class SqlText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}
