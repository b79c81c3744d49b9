-- What identifies a person (username, email, phone) leaves this model only as a hash.
select
    id as user_id,
    organization_id,
    
sha256(cast(username as varchar) || 'only-for-the-example-data')
 as username_hash,
    
sha256(cast(email as varchar) || 'only-for-the-example-data')
 as email_hash,
    
sha256(cast(phone as varchar) || 'only-for-the-example-data')
 as phone_hash,
    is_provider,
    is_active,
    date_joined as joined_at
from "warehouse"."main"."raw_user"
