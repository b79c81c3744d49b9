/**
 * SQL that may be run. Only two make it from a plain text: `sql.ts` from templates of our own, and `warehouse/` from what the
 * engine itself has taken apart (`one-query.ts` and its neighbours). `test/sql.test.ts` holds that nobody else imports this
 * file.
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
