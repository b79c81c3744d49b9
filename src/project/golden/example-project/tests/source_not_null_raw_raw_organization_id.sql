
select id
from "warehouse"."main"."raw_organization"
where id is null

