
select user_id
from "warehouse"."marts_restricted"."mart_user_engagement"
where user_id is null

