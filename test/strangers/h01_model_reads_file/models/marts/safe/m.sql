select city, count(*) as persons from {{ ref('stg_person') }} group by city
