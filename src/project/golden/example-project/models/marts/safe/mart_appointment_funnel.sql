with __dbt__cte__int_appointment_lifecycle as (
select
    a.appointment_id,
    a.organization_id,
    o.organization_name,
    a.scheduled_at,
    a.status,
    a.duration_minutes,
    a.fee,
    a.status in ('completed', 'no_show') as was_due
from "warehouse"."staging"."stg_appointments" as a
left join "warehouse"."staging"."stg_organizations" as o using (organization_id)
) select
    organization_id,
    organization_name,
    cast(date_trunc('week', scheduled_at) as date) as week_start,
    count(*) as scheduled,
    count(*) filter (where status = 'completed') as completed,
    count(*) filter (where status = 'canceled') as canceled,
    count(*) filter (where status = 'no_show') as no_show,
    round(count(*) filter (where status = 'completed') / count(*), 3) as completion_rate,
    sum(fee) filter (where status = 'completed') as revenue
from __dbt__cte__int_appointment_lifecycle
group by all
