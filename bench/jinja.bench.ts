import { spawnSync } from 'node:child_process';
import { bindMacro, type Context, MacroReturn, renderTemplate } from '../src/jinja/evaluate/render.ts';
import { parseTemplate, type TemplateBlock } from '../src/jinja/syntax/parse-template.ts';
import { findJinja2 } from '../src/jinja/testing/jinja2.ts';
import { toValue } from '../src/jinja/values/plain-value.ts';
import { Callable, type Value } from '../src/jinja/values/value.ts';

// A thousand models of about 60 lines each, with loops and macros that call macros, as dbt renders them.
const MODELS = 1000;

const MACROS = `
{% macro cents_to_dollars(column, digits=2) %}round({{ column }} / 100.0, {{ digits }}){% endmacro %}
{% macro quoted(name) %}{{ '"' ~ name | replace('"', '""') ~ '"' }}{% endmacro %}
{% macro default__pivot(column, values, prefix='') %}
  {%- for value in values %}
  sum(case when {{ column }} = '{{ value }}' then amount else 0 end) as {{ quoted(prefix ~ value | lower) }}
  {%- if not loop.last %},{% endif %}
  {%- endfor %}
{% endmacro %}
{% macro dispatch(name) %}{{ return(default__pivot) }}{% endmacro %}
{% macro pivot(column, values, prefix='') %}{{ dispatch('pivot')(column, values, prefix) }}{% endmacro %}
{% macro surrogate_key(columns) %}
  {%- set fields = [] -%}
  {%- for column in columns -%}
    {%- do fields.append("coalesce(cast(" ~ column ~ " as text), '_null_')") -%}
    {%- if not loop.last -%}{%- do fields.append("'-'") -%}{%- endif -%}
  {%- endfor -%}
  md5({{ fields | join(' || ') }})
{% endmacro %}`;

const MODEL = `
{{ config(materialized='table') }}
{%- set methods = ['bank_transfer', 'coupon', 'credit_card', 'gift_card'] -%}
{%- set columns = ['id', 'customer_id', 'ordered_at', 'status', 'amount', 'tax', 'discount', 'currency'] %}
with orders as (
  select
    {%- for column in columns %}
    {{ quoted(column) }} as {{ column | trim }}{{ ',' if not loop.last }}
    {%- endfor %}
  from {{ ref('stg_orders') }}
  {% if is_incremental() %}where ordered_at > (select max(ordered_at) from {{ this }}){% endif %}
),
payments as (
  select
    order_id,
    {% for method in methods -%}
    sum(case when payment_method = '{{ method }}' then {{ cents_to_dollars('amount') }} end) as {{ method }}_amount,
    {% endfor -%}
    {{ pivot('status', ['paid', 'open', 'failed', 'refunded'], prefix='n_') }}
  from {{ ref('stg_payments') }}
  group by 1
),
customers as (
  select {{ surrogate_key(['customer_id', 'region', 'email']) }} as customer_key, *
  from {{ ref('stg_customers') }}
),
{% for region in ['eu', 'us', 'apac'] %}
{%- set table = region ~ '_sales' %}
{{ table }} as (
  select '{{ region | upper }}' as region, sum({{ cents_to_dollars('amount', 4) }}) as total
  from {{ ref('sales_' ~ region) }}
  {%- if loop.first %} where true{% endif %}
){{ ',' if not loop.last }}
{% endfor %}
select
  {%- for column in columns if column not in ['tax', 'discount'] %}
  orders.{{ column }},
  {%- endfor %}
  {% for method in methods %}payments.{{ method }}_amount{{ ',' if not loop.last }} {% endfor %}
from orders
left join payments on payments.order_id = orders.id
left join customers using (customer_id)
{% set limit = 10 * 50 if target.name == 'dev' else none -%}
{% if limit is not none %}limit {{ limit }}{% endif %}
`;

/** Names as dbt gives them, with macros bound to the context they are looked up in. */
function contextOf(blocks: readonly TemplateBlock[]): Context {
  const names = new Map<string, Value>([
    ['config', new Callable('config', () => '')],
    ['ref', new Callable('ref', ({ positional: [name = null] }) => `"db"."main"."${String(name)}"`)],
    ['is_incremental', new Callable('is_incremental', () => false)],
    ['return', new Callable('return', ({ positional: [value = null] }) => giveBack(value))],
    ['this', '"db"."main"."orders"'],
    ['target', toValue({ name: 'dev' })],
  ]);
  const context: Context = { get: (name) => names.get(name) };
  for (const block of blocks) names.set(block.name, bindMacro(block, context, {}));
  return context;
}

function giveBack(value: Value): never {
  throw new MacroReturn(value);
}

const context = contextOf(parseTemplate({ file: 'macros.sql', text: MACROS }).blocks);
const template = parseTemplate({ file: 'model.sql', text: MODEL });

function seconds(work: () => void): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}

function renderAll(): number {
  let length = 0;
  for (let model = 0; model < MODELS; model++) {
    const rendered = renderTemplate(template, context);
    if (rendered instanceof Promise) throw new Error('nothing here waits');
    length += rendered.text.length;
  }
  return length;
}

const parsing = seconds(() => {
  for (let model = 0; model < MODELS; model++) parseTemplate({ file: 'model.sql', text: MODEL });
});
let length = 0;
const rounds = [1, 2, 3].map(() =>
  seconds(() => {
    length = renderAll();
  }),
);
const best = Math.min(...rounds);
console.log(
  `${MODELS} models of ${MODEL.split('\n').length} lines, ${length} characters: parsed in ${parsing.toFixed(2)} s, rendered in ${rounds.map((time) => time.toFixed(2)).join(', ')} s`,
);

const PROGRAM = `
import json, sys, time
from jinja2.sandbox import SandboxedEnvironment
macros, model = json.load(sys.stdin)
environment = SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
macros = macros.replace("{{ dispatch('pivot')(column, values, prefix) }}", "{{ default__pivot(column, values, prefix) }}")
names = {"config": lambda **_: "", "ref": lambda name: f'"db"."main"."{name}"', "is_incremental": lambda: False,
         "return": lambda value: value, "this": '"db"."main"."orders"', "target": {"name": "dev"}}
names.update(vars(environment.from_string(macros).make_module(names)))
template = environment.from_string(model)
rounds = []
for _ in range(3):
    begun = time.perf_counter()
    for _ in range(${MODELS}):
        template.render(names)
    rounds.append(time.perf_counter() - begun)
print(min(rounds))
`;

const python = findJinja2();
if (python) {
  const { stdout } = spawnSync(python, ['-c', PROGRAM], { input: JSON.stringify([MACROS, MODEL]), encoding: 'utf8' });
  console.log(
    `Jinja2 renders them in ${Number(stdout).toFixed(2)} s: ours takes ${(best / Number(stdout)).toFixed(1)} times as long`,
  );
} else {
  console.log('No python3 has Jinja2 3.1 to compare with.');
}
