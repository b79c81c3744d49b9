
select event_type
from "warehouse"."staging"."stg_events"
where event_type is null

