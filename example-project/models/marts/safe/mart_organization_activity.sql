-- People are counted by the hash of their email: the address itself never gets here.
select
    organization_id,
    organization_name,
    event_date,
    count(*) as event_count,
    count(*) filter (where event_type = 'login') as login_count,
    count(*) filter (where event_type = 'appointment_created') as appointment_created_count,
    count(distinct email_hash) as active_user_count
from {{ ref('int_events_enriched') }}
group by organization_id, organization_name, event_date
