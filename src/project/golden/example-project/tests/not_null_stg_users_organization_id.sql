
select organization_id
from "warehouse"."staging"."stg_users"
where organization_id is null

