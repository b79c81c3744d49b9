/** Operators and brackets of expressions. Longer ones come first, since the lexer takes the first that matches. */
export const OPERATORS = [
  '//',
  '**',
  '==',
  '!=',
  '>=',
  '<=',
  '+',
  '-',
  '/',
  '*',
  '%',
  '~',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  '>',
  '<',
  '=',
  '.',
  ':',
  '|',
  ',',
  ';',
] as const;

export type Operator = (typeof OPERATORS)[number];

interface Place {
  /** Offsets into the source's text, UTF-16 units from 0. */
  readonly start: number;
  readonly end: number;
}

export type Token = Place &
  (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'begin-print' | 'end-print' | 'begin-block' | 'end-block' | 'end' }
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'integer'; readonly value: number | bigint }
    | { readonly type: 'float'; readonly value: number }
    | { readonly type: 'operator'; readonly operator: Operator }
  );

/** How error messages name a token. */
export function describeToken(token: Token): string {
  switch (token.type) {
    case 'name':
      return `'${token.name}'`;
    case 'operator':
      return `'${token.operator}'`;
    case 'string':
      return 'a string';
    case 'integer':
    case 'float':
      return 'a number';
    case 'text':
      return 'text';
    case 'begin-print':
      return "'{{'";
    case 'end-print':
      return "'}}'";
    case 'begin-block':
      return "'{%'";
    case 'end-block':
      return "'%}'";
    case 'end':
      return 'the end of the template';
    default:
      return token satisfies never;
  }
}
