select
    event_type,
    event_date,
    count(*) as event_count,
    count(distinct user_id) as user_count
from {{ ref('int_events_enriched') }}
group by event_type, event_date
