select
    organization_id,
    organization_name,
    cast(date_trunc('week', scheduled_at) as date) as week_start,
    count(*) as scheduled,
    count(*) filter (where status = 'completed') as completed,
    count(*) filter (where status = 'canceled') as canceled,
    count(*) filter (where status = 'no_show') as no_show,
    round(count(*) filter (where status = 'completed') / count(*), 3) as completion_rate,
    sum(fee) filter (where status = 'completed') as revenue
from {{ ref('int_appointment_lifecycle') }}
group by all
