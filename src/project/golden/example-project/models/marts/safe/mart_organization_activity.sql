with __dbt__cte__int_events_enriched as (
select
    e.event_id,
    e.event_at,
    cast(e.event_at as date) as event_date,
    e.event_type,
    e.user_id,
    u.email_hash,
    e.organization_id,
    o.organization_name
from "warehouse"."staging"."stg_events" as e
left join "warehouse"."staging"."stg_users" as u using (user_id)
left join "warehouse"."staging"."stg_organizations" as o on e.organization_id = o.organization_id
) -- People are counted by the hash of their email: the address itself never gets here.
select
    organization_id,
    organization_name,
    event_date,
    count(*) as event_count,
    count(*) filter (where event_type = 'login') as login_count,
    count(*) filter (where event_type = 'appointment_created') as appointment_created_count,
    count(distinct email_hash) as active_user_count
from __dbt__cte__int_events_enriched
group by organization_id, organization_name, event_date
