import { renderTemplate } from '../evaluate/render.ts';
import { parseTemplate } from '../syntax/parse-template.ts';
import { PythonError } from '../values/python-error.ts';

/** The output of a template with an empty context, or `raises TypeError`. */
export async function printTemplate(text: string): Promise<string> {
  try {
    return (await renderTemplate(parseTemplate({ file: 'm.sql', text }), { get: () => undefined })).text;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof PythonError) return `raises ${error.cause.kind}`;
    throw error;
  }
}

/** The repr() of an expression's value, or `raises TypeError`. */
export async function evaluateToRepr(expression: string): Promise<string> {
  const list = await printTemplate(`{{ [${expression}] }}`);
  return list.startsWith('raises ') ? list : list.slice(1, -1);
}
