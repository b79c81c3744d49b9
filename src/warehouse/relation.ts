/** A table or view by its names, unquoted. Two relations are the same when catalog, schema and name are, in any case. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** A quoted identifier: proof that a name went through {@link quoteIdentifier}. */
export type Quoted = string & { readonly quoted: unique symbol };

export function quoteIdentifier(name: string): Quoted {
  return `"${name.replaceAll('"', '""')}"` as Quoted;
}

export function quoteRelation({ schema, name }: RelationName): Quoted {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}` as Quoted;
}

/** A string literal for SQL of our own making; user text goes in as a parameter where the statement allows it. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
