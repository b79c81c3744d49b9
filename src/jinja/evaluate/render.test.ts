import { describe, expect, test } from 'vitest';
import { formatLocation } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import jinja2Cases from '../cases/cases.json' with { type: 'json' };
import foundCases from '../cases/found.json' with { type: 'json' };
import { parseTemplate } from '../syntax/parse-template.ts';
import { TemplateError } from '../syntax/template-error.ts';
import { caseContext } from '../testing/case-context.ts';
import { randomContext } from '../testing/random-context.ts';
import { toValue } from '../values/plain-value.ts';
import { PythonError } from '../values/python-error.ts';
import { Callable, Float, type Value } from '../values/value.ts';
import { bindMacro, type Context, MacroReturn, renderNative, renderTemplate } from './render.ts';

const NOWHERE = { file: 'm.sql', line: 1, column: 1 };

async function render(text: string, context: Context = caseContext()) {
  return renderTemplate(parseTemplate({ file: 'm.sql', text }), context);
}

function contextOf(names: Readonly<Record<string, unknown>>): Context {
  const values = new Map(Object.entries(names).map(([name, value]) => [name, toValue(value)]));
  return { get: (name) => values.get(name), names: () => values.keys() };
}

async function failure(text: string, context?: Context): Promise<UserError> {
  try {
    await render(text, context);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`this was rendered: ${text}`);
}

/** Cases that Jinja2 itself rejects, since it has no typed macro arguments, and the outputs they have in dbt. */
const DBT_ONLY = new Map([['m_typed_args', 'x2']]);

describe('templates render as Jinja2 3.1.6 renders them', () => {
  test.each(jinja2Cases.map((one) => [`${one.g}/${one.id}`, one] as const))('%s', async (_, { id, t, exp }) => {
    const expected = DBT_ONLY.get(id) ?? (exp.ok ? exp.out : undefined);
    if (expected !== undefined) expect((await render(t)).text).toBe(expected);
    else expect((await failure(t)).message.toLowerCase()).toContain(exp.out.replace(/^\w+: /, '').toLowerCase());
  });
});

/** Templates that once rendered otherwise than in Jinja2, found by random templates and made small. */
describe('what comparing random templates has found renders as in Jinja2', () => {
  test.each(foundCases.map((one) => [one.template, one] as const))('%s', async (template, { text, error }) => {
    if (text !== undefined) return expect((await render(template, randomContext())).text).toBe(text);
    const failed = await failure(template, randomContext());
    expect(failed.cause instanceof PythonError ? failed.cause.kind : failed.mistakes[0]?.code).toBe(error);
  });
});

describe('every character knows where it was written', () => {
  const places = async (text: string, context?: Context) => {
    const mapped = await render(text, context);
    return (part: string) => {
      const { location, calls } = mapped.origin(mapped.text.indexOf(part));
      return [location, ...calls].map(formatLocation);
    };
  };

  test('text of the template, character by character', async () => {
    const at = await places("{# a comment #}select id,\n  email{{ ' x' }}\nfrom users");
    expect(at('id')).toEqual(['m.sql:1:23']);
    expect(at('email')).toEqual(['m.sql:2:3']);
    expect(at('from')).toEqual(['m.sql:3:1']);
  });

  test('a printed value came from its expression', async () => {
    expect((await places("select {{ 'email' ~ '_x' }}"))('email_x')).toEqual(['m.sql:1:19']);
  });

  test('what a macro prints came from the macro, and from each call around it', async () => {
    const at = await places(
      '{% macro inner(c) %}lower({{ c }}){% endmacro %}\n{% macro outer(c) %}[{{ inner(c) }}]{% endmacro %}\nselect {{ outer("id") }} x',
    );
    expect(at('lower')).toEqual(['m.sql:1:21', 'm.sql:3:11', 'm.sql:2:25']);
    expect(at('id')).toEqual(['m.sql:1:30', 'm.sql:3:11', 'm.sql:2:25']);
    expect(at(' x')).toEqual(['m.sql:3:25']);
  });

  test('also through a variable, a filter that trims, and blocks', async () => {
    const at = await places(
      '{% macro m() %}\n  max(id)\n{% endmacro %}{% set kept = m() | trim %}{% set block %}  min(id) {% endset %}select {{ kept }}, {{ block }}',
    );
    expect(at('max')).toEqual(['m.sql:2:3', 'm.sql:3:29']);
    expect(at('min')).toEqual(['m.sql:3:59']);
  });
});

describe('an error says where, what and inside which macros', () => {
  test('an undefined name says what is near', async () => {
    const { mistakes } = await failure('select\n  {{ colums.x }}', contextOf({ columns: [] }));
    expect(mistakes).toMatchObject([
      {
        code: 'jinja-undefined',
        message: "'colums' is undefined. Did you mean 'columns'?",
        location: { file: 'm.sql', line: 2, column: 13 },
        detail: '2 |   {{ colums.x }}\n                ^',
      },
    ]);
  });

  test('the macro stack, innermost first', async () => {
    const { message } = await failure(
      '{% macro a(x) %}{{ 1 / x }}{% endmacro %}\n{% macro b() %}{{ a(0) }}{% endmacro %}\n{{ b() }}',
    );
    expect(message).toBe(
      [
        'm.sql:1:22 division by zero.',
        '1 | {% macro a(x) %}{{ 1 / x }}{% endmacro %}',
        '                         ^',
        '  in macro a, called at m.sql:2:19',
        '  in macro b, called at m.sql:3:4',
      ].join('\n'),
    );
  });

  test('an error of a function in the context names the macros around it', async () => {
    const context = contextOf({
      ref: new Callable('ref', (_args, location) => {
        throw new UserError({ code: 'missing-ref', message: 'no such model.', location });
      }),
    });
    const { mistakes } = await failure("{% macro m() %}{{ ref('x') }}{% endmacro %}{{ m() }}", context);
    expect(mistakes).toMatchObject([
      { code: 'missing-ref', location: { line: 1, column: 19 }, detail: '  in macro m, called at m.sql:1:47' },
    ]);
  });

  test('a mistake that appears only after a wait has the right place', async () => {
    const context = contextOf({ ask: new Callable('ask', async () => null) });
    const { mistakes } = await failure('{% set r = ask() %}\n{{ r.columns.x }}', context);
    expect(mistakes).toMatchObject([{ location: { line: 2, column: 14 } }]);
  });
});

describe('waiting for the warehouse', () => {
  const asking = () => contextOf({ ask: new Callable('ask', async ({ positional: [value = null] }) => value), n: 3 });

  test.each([
    ['in an expression', '{{ 1 + ask(n) * 2 }}', '7'],
    ['in a condition', '{% if ask(false) or ask(true) %}yes{% endif %}', 'yes'],
    [
      'in a loop and its filter',
      '{% for i in ask([1, 2, 3]) if ask(i > 1) %}{{ ask(i) }}{{ loop.last }},{% endfor %}',
      '2False,3True,',
    ],
    [
      'in a macro, its defaults and its arguments',
      '{% macro m(a, b=ask(n)) %}{{ a }}{{ ask(b) }}{% endmacro %}{{ m(ask(1)) }}{{ m(1, ask(2)) }}',
      '1312',
    ],
    [
      'in a call block',
      '{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ ask("x") }}{% endcall %}',
      '<x>',
    ],
    ['in a recursive loop', '{% for i in [[1, []]] recursive %}{{ ask(i[0]) }}{{ loop(i[1]) }}{% endfor %}', '1'],
    ['in a set block', '{% set x %}{{ ask(1) }}{% endset %}{{ x }}', '1'],
  ])('%s', async (_, text, expected) => {
    expect((await render(text, asking())).text).toBe(expected);
  });

  test('a template that never waits gives no promise', () => {
    const rendered = renderTemplate(parseTemplate({ file: 'm.sql', text: '{{ 1 }}' }), asking());
    expect(rendered).toMatchObject({ text: '1' });
  });
});

describe('macros of files', () => {
  const bound = (
    text: string,
    names: Readonly<Record<string, Value>> = {},
    wrapMacro?: (name: string, output: string) => string,
  ) => {
    const context: Context = {
      get(name) {
        if (name === 'return')
          return new Callable('return', ({ positional: [value = null] }) => {
            throw new MacroReturn(value);
          });
        const block = blocks.find((one) => one.name === name);
        return block ? bindMacro(block, context, wrapMacro ? { wrapMacro } : {}) : names[name];
      },
    };
    const { blocks } = parseTemplate({ file: 'macros/m.sql', text });
    return context;
  };

  test.each([
    ['print', '{% macro m(x) %} {{ x }} {% endmacro %}', '[{{ m(1) }}]', '[ 1 ]'],
    [
      'return a value, and nothing they printed',
      '{% macro m() %}a{{ return([1]) }}b{% endmacro %}',
      '{{ m()[0] + 1 }}',
      '2',
    ],
    [
      'are left by return() from inside a loop',
      '{% macro m() %}{% for i in [1, 2] %}{{ return(i) }}{% endfor %}{% endmacro %}',
      '{{ m() }}',
      '1',
    ],
    [
      'that call a block are left by its return()',
      '{% macro n() %}({{ caller() }}){% endmacro %}{% macro m() %}{% for i in "ab" %}{% call n() %}{{ return(i) }}{% endcall %}{% endfor %}{% endmacro %}',
      '{{ m() }}',
      'ab',
    ],
    ['do not see what their file sets', '{% set x = 1 %}{% macro m() %}[{{ x }}]{% endmacro %}', '{{ m() }}', '[]'],
    [
      'see each other, whatever their order',
      '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}b{% endmacro %}',
      '{{ a() }}',
      'b',
    ],
    [
      'take further arguments where they read them',
      '{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}',
      '{{ m(1, 2, k=3) }}',
      "1(2,){'k': 3}",
    ],
  ])('%s', async (_, macros, text, expected) => {
    expect((await render(text, bound(macros))).text).toBe(expected);
  });

  test('what a mask prints or returns is wrapped, and keeps its origin', async () => {
    const context = bound(
      '{% macro mask(c) %}sha256({{ c }}){% endmacro %}{% macro quiet(c) %}{{ return("md5(" ~ c ~ ")") }}{% endmacro %}',
      {},
      (name, output) => `${name}<${output}>`,
    );
    const mapped = await render("{{ mask('email') }} {{ quiet('email') }}", context);
    expect(mapped.text).toBe('mask<sha256(email)> quiet<md5(email)>');
    expect(formatLocation(mapped.origin(mapped.text.indexOf('sha256')).location)).toBe('macros/m.sql:1:20');
  });

  test('return() outside a macro is a mistake with its place', async () => {
    expect((await failure('\n{{ return(1) }}', bound(''))).mistakes).toMatchObject([
      { location: { line: 2, column: 4 } },
    ]);
  });
});

describe('values of YAML keep their type', () => {
  test.each([
    ['{{ 1 + 1 }}', 2],
    ['{{ [1, n] }}', [1, 3]],
    ["{{ 'true' }}", 'true'],
    ["{{ 'True' | as_bool }}", true],
    ["{{ '12' | as_number }}", 12],
    ["{{ '1.5' | as_number }}", new Float(1.5)],
    ["{{ '[1, 2]' | as_native }}", [1, 2]],
    ["{{ 'a b' | as_native }}", 'a b'],
    ['{{ 1 | as_text }}', '1'],
    ['x{{ 1 }}', 'x1'],
    ['', ''],
  ])('%s', async (text, expected) => {
    expect(await renderNative(text, contextOf({ n: 3 }), NOWHERE)).toEqual(expected);
  });

  test('what is no bool is a mistake', async () => {
    expect(() => renderNative("{{ 'yes' | as_bool }}", contextOf({}), NOWHERE)).toThrow(TemplateError);
  });
});
