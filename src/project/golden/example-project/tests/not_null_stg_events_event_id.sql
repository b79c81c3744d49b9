
select event_id
from "warehouse"."staging"."stg_events"
where event_id is null

