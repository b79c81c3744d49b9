import nunjucks from 'nunjucks';

/**
 * Escapes nothing, since every value of the template is Markdown already: words of our own, or text of strangers inside
 * code spans (`escape.ts`).
 */
const environment = new nunjucks.Environment(null, {
  autoescape: false,
  trimBlocks: true,
  lstripBlocks: true,
  throwOnUndefined: true,
});

const TEMPLATE = new nunjucks.Template(
  `{% macro hiddenOf(list) %}
{% if list.hidden %}

In {{ rest }}: {{ list.hidden }}.
{% endif %}
{% endmacro %}
## {{ heading }}

{% for tier in checked %}
- tier {{ tier.name }}: {{ tier.models }} below {{ tier.path }}, {{ tier.allowed }}
{% endfor %}

{{ coverage }} from the query plans.{% if build %} {{ build }}.{% endif %}

{% if findings.rows.length %}

| | where | what | path | fix |
|---|---|---|---|---|
{% for row in findings.rows %}
| {{ row.severity }} | {{ row.where }} | {{ row.problem }} | {{ row.path }} | {{ row.fix }} |
{% endfor %}
{% endif %}
{{ hiddenOf(findings) }}
{% if fixes %}

{{ fixes | capitalize }}.
{% endif %}
{% if troubled.rows.length %}

| | what | where | message |
|---|---|---|---|
{% for node in troubled.rows %}
| {{ node.status }} | {{ node.what }} | {{ node.where }} | {{ node.message }} |
{% endfor %}
{% endif %}
{{ hiddenOf(troubled) }}
{% if diagram %}

<details{% if diagram.extent == 'leaks' %} open{% endif %}><summary>{% if diagram.extent == 'leaks' %}The paths that leak{% else %}Where personal data goes{% endif %}</summary>

\`\`\`mermaid
{{ diagram.text }}\`\`\`

{{ hiddenOf(diagram) }}

</details>
{% endif %}
{% if tables.rows.length %}

<details><summary>Copied tables</summary>

| table | from | rows | columns |
|---|---|---|---|
{% for table in tables.rows %}
| {{ table.table }} | {{ table.from }} | {{ table.rows }} | {{ table.columns }} |
{% endfor %}
{{ hiddenOf(tables) }}

</details>
{% endif %}
{% if waived.rows.length %}

<details><summary>Waived</summary>

{% for waiver in waived.rows %}
- {{ waiver.subject }}: {{ waiver.reason }}, until {{ waiver.until }}
{% endfor %}
{{ hiddenOf(waived) }}

</details>
{% endif %}
`,
  environment,
);

/** Fills the report's template; every string in `values` is Markdown. */
export function renderTemplate(values: object): string {
  return TEMPLATE.render(values).replace(/\n{3,}/g, '\n\n');
}
