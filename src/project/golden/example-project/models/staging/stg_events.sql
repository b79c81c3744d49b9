select
    id as event_id,
    event_type,
    user_id,
    organization_id,
    occurred_at as event_at
from "warehouse"."main"."raw_event"
