select
    a.appointment_id,
    a.organization_id,
    o.organization_name,
    a.scheduled_at,
    a.status,
    a.duration_minutes,
    a.fee,
    a.status in ('completed', 'no_show') as was_due
from "warehouse"."staging"."stg_appointments" as a
left join "warehouse"."staging"."stg_organizations" as o using (organization_id)
