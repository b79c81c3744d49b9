import nunjucks from 'nunjucks';

/**
 * What stands in the template is Markdown already: words of ours, or text of strangers inside code spans (`escape.ts`).
 * So nothing is escaped here a second time.
 */
const environment = new nunjucks.Environment(null, {
  autoescape: false,
  trimBlocks: true,
  lstripBlocks: true,
  throwOnUndefined: true,
});

const TEMPLATE = new nunjucks.Template(
  `## {{ heading }}

{% for tier in checked %}
- tier {{ tier.name }}: {{ tier.models }} below {{ tier.path }}, {% if tier.allow == 'clear' %}may hold personal data{% else %}at most {{ tier.allow }}{% endif %}

{% endfor %}
{{ coverage }} from the query plans.{% if build %} {{ build }}.{% endif %}

{% if rows.length %}

| | where | what | path | fix |
|---|---|---|---|---|
{% for row in rows %}
| {{ row.severity }} | {{ row.where }} | {{ row.problem }} | {{ row.path }} | {{ row.fix }} |
{% endfor %}
{% endif %}
{% if hidden %}

{{ hidden }} more findings are in the job summary.
{% endif %}
{% if troubled.length %}

| | what | where | message |
|---|---|---|---|
{% for node in troubled %}
| {{ node.status }} | {{ node.what }} | {{ node.where }} | {{ node.message }} |
{% endfor %}
{% endif %}
{% if isDrawn %}

<details{% if isPart %} open{% endif %}><summary>{% if isPart %}The paths that leak{% else %}Where personal data goes{% endif %}</summary>

\`\`\`mermaid
{{ diagram }}\`\`\`

</details>
{% endif %}
{% if sync.length %}

<details><summary>Copied tables</summary>

| table | from | rows | columns |
|---|---|---|---|
{% for table in sync %}
| {{ table.table }} | {{ table.from }} | {{ table.rows }} | {{ table.columns }} |
{% endfor %}

</details>
{% endif %}
{% if waived.length %}

<details><summary>Waived</summary>

{% for waiver in waived %}
- {{ waiver.subject }}: {{ waiver.reason }}, until {{ waiver.until }}
{% endfor %}

</details>
{% endif %}
`,
  environment,
);

/** Fills the report's template; every string in `values` is Markdown. */
export function renderTemplate(values: object): string {
  return TEMPLATE.render(values).replace(/\n{3,}/g, '\n\n');
}
