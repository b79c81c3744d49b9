
select id
from "warehouse"."main"."raw_appointment"
where id is null

