select
    id as organization_id,
    name as organization_name,
    plan,
    monthly_fee,
    created_at
from "warehouse"."main"."raw_organization"
