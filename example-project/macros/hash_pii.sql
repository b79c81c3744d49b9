{# A salted SHA-256 of the value as hex text: the same person stays countable and joinable, but not readable.
   The salt is a secret: with it, anybody can try out e-mail addresses. #}
{% macro hash_pii(column_name) %}
sha256(cast({{ column_name }} as varchar) || '{{ var("pii_salt") }}')
{% endmacro %}
