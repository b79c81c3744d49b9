
with all_values as (
    select plan as value_field, count(*) as n_records
    from "warehouse"."main"."raw_organization"
    group by plan
)
select *
from all_values
where value_field not in ('free','team','enterprise')

