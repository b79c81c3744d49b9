
select organization_id
from "warehouse"."staging"."stg_organizations"
where organization_id is null

