-- What identifies a person (username, email, phone) leaves this model only as a hash.
select
    id as user_id,
    organization_id,
    {{ hash_pii('username') }} as username_hash,
    {{ hash_pii('email') }} as email_hash,
    {{ hash_pii('phone') }} as phone_hash,
    is_provider,
    is_active,
    date_joined as joined_at
from {{ source('raw', 'raw_user') }}
