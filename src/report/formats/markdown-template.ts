import nunjucks from 'nunjucks';

/**
 * The environment of the template. It escapes nothing, since every value of the template is Markdown already: words of our
 * own, or text of strangers inside code spans (`escape.ts`).
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
{% macro leakTable(list) %}
{% if list.rows.length %}

| personal data | reaches | as |
|---|---|---|
{% for row in list.rows %}
| {{ row.mark }} {{ row.data }} | {{ row.reached }} | {{ row.form }} |
{% endfor %}
{% endif %}
{{ hiddenOf(list) }}
{% endmacro %}
{% macro findingList(list) %}

{% for item in list.rows %}
- {{ item.sign }} {{ item.problem }} ({{ item.place }})<br/>to mend it: {{ item.fix }}
{% endfor %}
{{ hiddenOf(list) }}
{% endmacro %}
{% macro nodeList(list) %}

{% for node in list.rows %}
- {{ node.status }}: {{ node.what }} at {{ node.place }}{% if node.message %}<br/>{{ node.message }}{% endif %}

{% endfor %}
{{ hiddenOf(list) }}
{% endmacro %}
### {{ heading }}

{{ facts }}

{% for line in marks %}
- {{ line }}
{% endfor %}

{{ findingList(weaker) }}
{{ leakTable(leaks) }}
{% if limits %}

The rule: {{ limits }}.
{% endif %}
{% for fix in fixes.rows %}

**Fix for {{ fix.mends }}** (tried: it mends this and changes nothing else), {{ fix.place }}

{{ fix.block }}
{% endfor %}
{{ hiddenOf(fixes) }}
{% if diagram %}

\`\`\`mermaid
{{ diagram.text }}\`\`\`

{{ hiddenOf(diagram) }}
{% endif %}
{{ findingList(errors) }}
{{ nodeList(failed) }}
{% if fixed.rows.length %}

**Fixed:**

{% for item in fixed.rows %}
- {{ item }}
{% endfor %}
{% endif %}
{{ hiddenOf(fixed) }}
{% if reach.length %}

**Reach:** {{ reach | join(' · ') }}
{% endif %}
{% if waived.rows.length or waived.hidden %}

**Waived:**

{% for waiver in waived.rows %}
- {{ waiver.subject }} until {{ waiver.until }}: {{ waiver.reason }}
{% endfor %}
{{ hiddenOf(waived) }}
{% endif %}

<details><summary>Everything else: {{ folded }}</summary>

{% if old.rows.length %}

**Already on the base**
{% endif %}
{{ leakTable(old) }}
{% if paths.rows.length %}

**Paths**

{% for path in paths.rows %}
- {{ path.stops }}{% if path.stops %}<br/>{% endif %}{{ path.problem }}<br/>to mend it: {{ path.fix }}
{% endfor %}
{% endif %}
{{ hiddenOf(paths) }}
{% if fixCounts %}

{{ fixCounts | capitalize }}.
{% endif %}
{{ findingList(warnings) }}
{{ nodeList(warned) }}
{% if whole %}

{% if whole.extent == 'leaks' %}**The paths that leak**{% else %}**Where personal data goes**{% endif %}


\`\`\`mermaid
{{ whole.text }}\`\`\`

{{ hiddenOf(whole) }}
{% endif %}
{% if leftOut.length %}

**Left out**

{% for one in leftOut %}
- {{ one.what }}: {{ one.names }}
{% endfor %}
{% endif %}
{% if tiers.length %}

**Tiers**

{% for tier in tiers %}
- {{ tier.name }}: {{ tier.models }} below {{ tier.path }}, {{ tier.allowed }}
{% endfor %}
{% endif %}
{% if tables.rows.length %}

**Copied tables**

{% for table in tables.rows %}
- {{ table.table }} from {{ table.from }}: {{ table.rows }}, {{ table.columns }}
{% endfor %}
{% endif %}
{{ hiddenOf(tables) }}

</details>
`,
  environment,
);

/** Fills the report's template; every string in `values` is Markdown. */
export function renderTemplate(values: object): string {
  return TEMPLATE.render(values).replace(/\n{3,}/g, '\n\n');
}
