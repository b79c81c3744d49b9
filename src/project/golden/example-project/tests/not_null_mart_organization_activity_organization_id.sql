
select organization_id
from "warehouse"."marts"."mart_organization_activity"
where organization_id is null

