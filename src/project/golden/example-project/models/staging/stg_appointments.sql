select
    id as appointment_id,
    organization_id,
    provider_id,
    patient_id,
    scheduled_at,
    duration_minutes,
    status,
    fee,
    note is not null as has_note
from "warehouse"."main"."raw_appointment"
