
select appointment_id
from "warehouse"."staging"."stg_appointments"
where appointment_id is null

