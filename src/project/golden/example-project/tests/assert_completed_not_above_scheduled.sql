-- A funnel only narrows: any row here is a miscount.
select organization_id, week_start, scheduled, completed
from "warehouse"."marts"."mart_appointment_funnel"
where completed > scheduled
