
with all_values as (
    select status as value_field, count(*) as n_records
    from "warehouse"."staging"."stg_appointments"
    group by status
)
select *
from all_values
where value_field not in ('scheduled','completed','canceled','no_show')

