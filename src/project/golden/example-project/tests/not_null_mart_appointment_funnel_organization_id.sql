
select organization_id
from "warehouse"."marts"."mart_appointment_funnel"
where organization_id is null

