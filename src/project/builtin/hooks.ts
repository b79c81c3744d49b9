/** The macros that projects call in hooks and operations, and the one for a SQL header. */
export const HOOK_MACROS = `
{% macro before_begin(sql) %}{{ return(tojson({'sql': sql, 'transaction': false})) }}{% endmacro %}
{% macro in_transaction(sql) %}{{ return(tojson({'sql': sql, 'transaction': true})) }}{% endmacro %}
{% macro after_commit(sql) %}{{ return(tojson({'sql': sql, 'transaction': false})) }}{% endmacro %}
{% macro create_schema(relation) %}{% do adapter.create_schema(relation) %}{% endmacro %}
{% macro drop_relation(relation) %}{% do adapter.drop_relation(relation) %}{% endmacro %}
{% macro drop_relation_if_exists(relation) %}{% if relation is not none %}{% do adapter.drop_relation(relation) %}{% endif %}{% endmacro %}
{% macro truncate_relation(relation) %}{% do adapter.truncate_relation(relation) %}{% endmacro %}
{% macro set_sql_header(config) %}{{ config.set('sql_header', caller()) }}{% endmacro %}
`;
