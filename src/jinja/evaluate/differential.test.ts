import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draw } from '../../lineage/testing/draw.ts';
import { parseTemplate } from '../syntax/parse-template.ts';
import { TemplateError } from '../syntax/template-error.ts';
import { findJinja2, Jinja2, type Rendered } from '../testing/jinja2.ts';
import { RANDOM_CONTEXT, randomContext } from '../testing/random-context.ts';
import { randomTemplate } from '../testing/random-template.ts';
import { PythonError } from '../values/python-error.ts';
import { renderTemplate } from './render.ts';

/** Each run draws other templates, unless `FENCELINE_RANDOM_SEED` is set. A failure's message has its seed. */
const TEMPLATES = Number(process.env['FENCELINE_RANDOM_TEMPLATES'] ?? 20_000);
const SEED = Number(process.env['FENCELINE_RANDOM_SEED'] ?? 20_261_125);
const BATCH = 500;
const DRAWS = fc.uint8Array({ minLength: 10, maxLength: 200, size: 'max' });

const python = findJinja2();
if (!python) {
  console.warn(
    'No python3 has Jinja2 3.1, so no templates are compared with it: name one that does in FENCELINE_JINJA_PYTHON.',
  );
}

test.skipIf(!python)(
  'any template renders as in Jinja2, or fails as it does there',
  { timeout: 60_000 + TEMPLATES * 50 },
  async () => {
    using jinja2 = new Jinja2(python ?? '', RANDOM_CONTEXT);
    const draws = fc.sample(DRAWS, { seed: SEED, numRuns: TEMPLATES });
    let compared = 0;
    for (let from = 0; from < draws.length; from += BATCH) {
      const templates = draws.slice(from, from + BATCH).map((bytes) => randomTemplate(new Draw(bytes)));
      const theirs = Promise.all(templates.map((template) => jinja2.render(template)));
      const ours = templates.map(render);
      for (const [index, expected] of (await theirs).entries()) {
        const verdict = compare(expected, ours[index] ?? {});
        if (verdict === 'different') await shrink(from + index, jinja2);
        if (verdict === 'same') compared++;
      }
    }
    // Left out are templates that are too slow or too large, or print an object's address in memory.
    expect(compared).toBeGreaterThan(TEMPLATES * 0.95);
  },
);

/** Finds a smaller template with the same difference, and fails with it. */
async function shrink(index: number, jinja2: Jinja2): Promise<void> {
  const property = fc.asyncProperty(DRAWS, async (bytes) => {
    const template = randomTemplate(new Draw(bytes));
    const [expected, actual] = [await jinja2.render(template), render(template)];
    const isSame = compare(expected, actual) !== 'different';
    expect(isSame ? expected : actual, `${JSON.stringify(template)} with FENCELINE_RANDOM_SEED=${SEED}`).toEqual(
      expected,
    );
  });
  await fc.assert(property, { seed: SEED, path: String(index), numRuns: 1, interruptAfterTimeLimit: 20_000 });
}

/** Renders with our own engine. An internal error of ours is no kind of error that Jinja2 has, so it is a difference. */
function render(text: string): Rendered {
  try {
    const rendered = renderTemplate(parseTemplate({ file: 'm.sql', text }), randomContext());
    if (rendered instanceof Promise) throw new Error('nothing in these templates waits');
    return { text: rendered.text };
  } catch (error) {
    if (!(error instanceof TemplateError)) return { error: 'crash', message: String(error) };
    const { code, message } = error.fault;
    return { error: error.cause instanceof PythonError ? error.cause.kind : code, message };
  }
}

function compare(expected: Rendered, actual: Rendered): 'same' | 'different' | 'cannot be compared' {
  if (actual.error === 'LimitError' || actual.error === 'jinja-limit' || expected.error === 'TooSlow')
    return 'cannot be compared';
  if (expected.text === undefined) return isSameKind(expected.error, actual.error) ? 'same' : 'different';
  if (/ at 0x[0-9a-f]+/.test(expected.text)) return 'cannot be compared';
  return expected.text === actual.text ? 'same' : 'different';
}

const SYNTAX = ['TemplateSyntaxError', 'TemplateAssertionError', 'SyntaxError'];
/** Errors that Python raises for an undefined value given to one of its methods. We name the variable instead. */
const OF_UNDEFINED = ['UndefinedError', 'TypeError', 'ValueError', 'AttributeError'];

function isSameKind(expected = '', actual = ''): boolean {
  if (SYNTAX.includes(expected)) return actual === 'jinja-syntax';
  if (actual === 'UndefinedError') return OF_UNDEFINED.includes(expected);
  return expected === actual;
}
