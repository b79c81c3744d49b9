
select id
from "warehouse"."main"."raw_event"
where id is null

