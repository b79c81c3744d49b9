-- Names on purpose: this mart is for the care team, in a schema of its own.
with people as (
    select id as user_id, first_name, last_name
    from "warehouse"."main"."raw_user"
    where is_active
),

events as (
    select user_id, count(*) as total_events, max(event_at) as last_active_at
    from "warehouse"."staging"."stg_events"
    group by user_id
),

appointments as (
    select provider_id as user_id, count(*) as appointments_managed
    from "warehouse"."staging"."stg_appointments"
    group by provider_id
)

select
    people.user_id,
    people.first_name,
    people.last_name,
    coalesce(events.total_events, 0) as total_events,
    coalesce(appointments.appointments_managed, 0) as appointments_managed,
    events.last_active_at
from people
left join events using (user_id)
left join appointments using (user_id)
