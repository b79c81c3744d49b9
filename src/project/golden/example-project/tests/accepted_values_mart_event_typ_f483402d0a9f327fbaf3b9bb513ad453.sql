
with all_values as (
    select event_type as value_field, count(*) as n_records
    from "warehouse"."marts"."mart_event_type_volume"
    group by event_type
)
select *
from all_values
where value_field not in ('login','page_view','appointment_created','appointment_updated','logout')

