
select week_start
from "warehouse"."marts"."mart_appointment_funnel"
where week_start is null

