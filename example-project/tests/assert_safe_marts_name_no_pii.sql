{# The contract as a plain dbt test: walks the graph and gives a row for every safe mart whose text names a column
   that is tagged as PII in something it reads directly. It knows only names: it cannot see a renamed column or one
   that comes through staging, and it takes a comment or a hash for a leak. So it only warns; `fenceline check`
   decides, from the query plans. #}
{{ config(severity='warn') }}

{% set tagged = {} %}
{% for node in graph.sources.values() | list + graph.nodes.values() | list %}
    {% set names = [] %}
    {% for column in node.columns.values() if 'pii' in column.tags %}
        {% do names.append(column.name) %}
    {% endfor %}
    {% do tagged.update({node.unique_id: names}) %}
{% endfor %}

{% set hits = [] %}
{% for model in graph.nodes.values() if model.resource_type == 'model' and model.path.startswith('marts/safe') %}
    {% for parent in model.depends_on.nodes %}
        {% for name in tagged.get(parent, []) if modules.re.search('\\b' ~ name ~ '\\b', model.raw_code) %}
            {% do hits.append((model.name, parent, name)) %}
        {% endfor %}
    {% endfor %}
{% endfor %}

{% for model, parent, name in hits %}
select '{{ model }}' as model, '{{ parent }}' as reads, '{{ name }}' as pii_column
union all
{% endfor %}
select null, null, null where false
