/** The macros that projects call in hooks, and the one for a SQL header. */
export const HOOK_MACROS = `
{% macro before_begin(sql) %}{{ return(tojson({'sql': sql, 'transaction': false})) }}{% endmacro %}
{% macro in_transaction(sql) %}{{ return(tojson({'sql': sql, 'transaction': true})) }}{% endmacro %}
{% macro after_commit(sql) %}{{ return(tojson({'sql': sql, 'transaction': false})) }}{% endmacro %}
{% macro set_sql_header(config) %}{{ config.set('sql_header', caller()) }}{% endmacro %}
`;
