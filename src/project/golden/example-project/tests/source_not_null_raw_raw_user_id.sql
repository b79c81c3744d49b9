
select id
from "warehouse"."main"."raw_user"
where id is null

