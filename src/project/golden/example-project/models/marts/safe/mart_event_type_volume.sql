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
) select
    event_type,
    event_date,
    count(*) as event_count,
    count(distinct user_id) as user_count
from __dbt__cte__int_events_enriched
group by event_type, event_date
