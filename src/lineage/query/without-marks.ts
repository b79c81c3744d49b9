// The spellings of a mark after the engine has written the expression, with blanks of its own.
const OPENING = /struct_pack\(__fl_\w+ := \(\s*/g;
const CLOSING = /\s*\)\)\.__fl_\w+/g;
const ARGUMENT = /\s*\), __fl_\w+_of := \(/;
/** The beginning of an argument where the expression is cut off. */
const CUT_ARGUMENT = /\s*\),(?: _\w*(?: :=?)?)?\s*…$/;

/** Removes the arguments of marks, each with its brackets, from a marked expression. It may end within one. */
function withoutArguments(expression: string): string {
  const match = ARGUMENT.exec(expression);
  if (!match) return expression.replace(CUT_ARGUMENT, '…');
  let depth = 1;
  let end = match.index + match[0].length;
  for (; end < expression.length && depth > 0; end += 1) {
    if (expression[end] === '(') depth += 1;
    else if (expression[end] === ')') depth -= 1;
  }
  return withoutArguments(`${expression.slice(0, match.index)} )${expression.slice(end)}`);
}

/** Removes the marks from an expression that `shownSql` gives for a marked text. */
export function withoutMarks(marked: string): string {
  const expression = withoutArguments(marked);
  const unopened = expression.replace(OPENING, '');
  const bare = unopened.replace(CLOSING, '');
  // An expression that begins at `struct_pack` ends with that call, before the access to its field.
  const isCut = unopened !== expression && bare === unopened;
  return isCut ? bare.replace(/ \)\)$/, '') : bare;
}
