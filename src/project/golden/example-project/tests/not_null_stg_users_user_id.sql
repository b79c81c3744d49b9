
select user_id
from "warehouse"."staging"."stg_users"
where user_id is null

