-- revenue by store and month
select st.name, c.year, c.month, sum(s.quantity * s.unit_price) as revenue, count(distinct s.customer_id) as buyers
from sales s join stores st on st.id = s.store_id join calendar c on c.day = s.sold_on
group by st.name, c.year, c.month
order by revenue desc;

-- best item of each category
select category, title, units
from (
  select i.category, i.title, sum(s.quantity) as units,
    row_number() over (partition by i.category order by sum(s.quantity) desc, i.title) as place
  from sales s join items i on i.id = s.item_id
  group by i.category, i.title
) ranked
where place = 1;

-- customers who bought and never returned
select cu.email, cu.first_name
from customers cu
where exists (select 1 from sales s where s.customer_id = cu.id)
  and not exists (select 1 from returns r join sales s on s.id = r.sale_id where s.customer_id = cu.id);

-- share of revenue by channel, with totals
select coalesce(channel, 'all') as channel, sum(quantity * unit_price) as revenue, grouping(channel) as is_total
from sales
group by rollup (channel);

-- month over month growth
with monthly as (
  select date_trunc('month', sold_on) as month, sum(quantity * unit_price) as revenue
  from sales group by all
)
select month, revenue, revenue - lag(revenue) over (order by month) as growth,
  round(100.0 * revenue / first_value(revenue) over (order by month), 1) as index_to_first
from monthly;

-- first purchase of each customer
select distinct on (s.customer_id) s.customer_id, cu.last_name, s.sold_on, i.title
from sales s join customers cu on cu.id = s.customer_id join items i on i.id = s.item_id
order by s.customer_id, s.sold_on, s.id;

-- cohorts by month of joining
with cohort as (select id, date_trunc('month', joined_on) as joined from customers)
select c.joined, date_diff('month', c.joined, date_trunc('month', s.sold_on)) as age, count(distinct c.id) as active
from cohort c join sales s on s.customer_id = c.id
group by 1, 2
order by 1, 2;

-- items that sell above the average of their category
select i.title, i.category, sum(s.quantity) as units
from items i join sales s on s.item_id = i.id
group by i.id, i.title, i.category
having sum(s.quantity) > (
  select avg(units) from (
    select sum(s2.quantity) as units from sales s2 join items i2 on i2.id = s2.item_id
    where i2.category = i.category group by i2.id
  )
);

-- reporting line of every employee
with recursive line as (
  select id, full_name, manager_id, full_name::varchar as path, 0 as depth from employees where manager_id is null
  union all
  select e.id, e.full_name, e.manager_id, l.path || ' > ' || e.full_name, l.depth + 1
  from employees e join line l on l.id = e.manager_id
)
select full_name, path, depth from line order by path;

-- pay against the mean of the shop
select full_name, store_id, salary, salary - avg(salary) over shop as above_mean,
  percent_rank() over (shop order by salary) as standing
from employees
window shop as (partition by store_id);

-- returns rate by brand
select i.brand, sum(s.quantity) as sold, coalesce(sum(r.quantity), 0) as returned,
  round(coalesce(sum(r.quantity), 0) / sum(s.quantity), 3) as rate
from sales s join items i on i.id = s.item_id left join returns r on r.sale_id = s.id
group by i.brand;

-- sales with and without a promotion side by side
select i.category,
  sum(s.quantity) filter (where s.promo_id is null) as plain,
  sum(s.quantity) filter (where s.promo_id is not null) as promoted
from sales s join items i on i.id = s.item_id
group by i.category;

-- promotion running on the day of sale
select s.id, p.name, s.unit_price * (100 - p.rate) / 100 as charged
from sales s join promotions p on s.promo_id = p.id and s.sold_on between p.starts_on and p.ends_on;

-- stock at the time of each sale
select s.id, s.sold_on, inv.on_hand
from sales s asof join inventory inv
  on s.store_id = inv.store_id and s.item_id = inv.item_id and s.sold_on >= inv.counted_on;

-- shops without a sale of an item they stock
select inv.store_id, inv.item_id
from inventory inv anti join sales s on s.store_id = inv.store_id and s.item_id = inv.item_id;

-- pairs of items in the same basket
select a.item_id as one, b.item_id as other, count(*) as times
from sales a join sales b on a.customer_id = b.customer_id and a.sold_on = b.sold_on and a.item_id < b.item_id
group by all
having count(*) >= 1
order by times desc, one, other;

-- channels as columns
select * from (
  pivot (select store_id, channel, quantity from sales) on channel in ('web', 'store', 'phone')
  using sum(quantity) as units group by store_id
);

-- channels as rows again
select store_id, kind, units
from (
  select store_id, count(*) filter (where channel = 'web') as web, count(*) filter (where channel = 'store') as shop
  from sales group by store_id
) unpivot (units for kind in (web, shop));

-- domain of the address
select split_part(email, '@', 2) as domain, count(*) as people, min(joined_on) as since
from customers where email is not null
group by domain;

-- contact sheet
select id, concat_ws(' ', first_name, last_name) as full_name, coalesce(email, phone, 'none') as contact,
  address.street as street, address.zip as zip
from customers;

-- one contact per household
select address.zip, arg_min(first_name, birth_date) as eldest, string_agg(last_name, ', ' order by last_name) as names
from customers
group by address.zip;

-- interests, one a row
select c.id, unnest(c.interests) as interest from customers c;

-- interests that a purchase confirms
select c.id, t.interest, count(s.id) as purchases
from customers c cross join unnest(c.interests) as t(interest)
left join (select x.id, x.customer_id, i.category from sales x join items i on i.id = x.item_id) s
  on s.customer_id = c.id and s.category = t.interest
group by c.id, t.interest;

-- interests nobody serves
select interest from (select unnest(interests) as interest from customers)
except
select category from items;

-- age bands
select case when age < 30 then 'under 30' when age < 45 then '30 to 44' else '45 and over' end as band, count(*) as people
from (select date_diff('year', birth_date, date '2024-04-30') as age from customers)
group by band;

-- birthdays of the month
select first_name, strftime(birth_date, '%d.%m.') as day from customers where month(birth_date) in (2, 5, 9);

-- weight of what was sold
select i.title, sum(s.quantity * (i.specs->>'$.weight')::int) as weight
from sales s join items i on i.id = s.item_id
where i.specs->>'$.weight' is not null
group by i.title;

-- colours of an item
select i.sku, j.value->>'$' as colour from items i, json_each(i.specs, '$.colours') j;

-- campaigns that lead to a checkout
select v.context->'ref'->>'campaign' as campaign, count(*) as visits, count_if(v.page = '/checkout') as checkouts
from visits v
group by 1;

-- sessions of visitors
with marked as (
  select *, visited_at - lag(visited_at) over (partition by customer_id order by visited_at, id) > interval 30 minute as is_new
  from visits
), numbered as (
  select *, sum(coalesce(is_new, true)::int) over (partition by customer_id order by visited_at, id) as session
  from marked
)
select customer_id, session, min(visited_at) as begun, count(*) as pages, list(page order by visited_at, id) as path
from numbered
group by customer_id, session;

-- the page before checkout
select customer_id, previous, count(*) as times
from (
  select customer_id, page, lag(page) over (partition by customer_id order by visited_at, id) as previous from visits
)
where page = '/checkout'
group by customer_id, previous;

-- running total of each shop
select store_id, sold_on, id,
  sum(quantity * unit_price) over (partition by store_id order by sold_on, id rows unbounded preceding) as running
from sales
qualify running > 100;

-- three-sale moving average
select id, sold_on, avg(unit_price) over (order by sold_on, id rows between 1 preceding and 1 following) as smooth
from sales;

-- top three customers of every shop
select store_id, customer_id, spent
from (select store_id, customer_id, sum(quantity * unit_price) as spent from sales group by store_id, customer_id)
qualify rank() over (partition by store_id order by spent desc) <= 3;

-- spend quartiles
select customer_id, spent, ntile(4) over (order by spent, customer_id) as quartile
from (select customer_id, sum(quantity * unit_price) as spent from sales group by customer_id);

-- who referred whom, with what they spent
with spend as (select customer_id, sum(quantity * unit_price) as spent from sales group by customer_id)
select r.email as referrer, c.email as referred, coalesce(spend.spent, 0) as spent
from customers c join customers r on r.id = c.referred_by left join spend on spend.customer_id = c.id;

-- whole tree of referrals
with recursive tree(root, id) as (
  select id, id from customers where referred_by is null
  union
  select tree.root, c.id from customers c join tree on c.referred_by = tree.id
)
select c.first_name, count(*) - 1 as reached from tree join customers c on c.id = tree.root group by c.first_name;

-- customers of few shops
select customer_id, any_value(store_id) as store_id, bool_or(channel = 'web') as shops_online
from sales group by customer_id having count(distinct store_id) <= 3;

-- customers of web and shop both
select customer_id from sales where channel = 'web'
intersect
select customer_id from sales where channel = 'store';

-- mailing list
select lower(trim(email)) as address, first_name from customers where consents and email is not null
union
select lower(email), first_name from customers where segment = 'plus' and email is not null;

-- hashed key of a customer
select md5(email || 'pepper') as key, segment, city from customers where email is not null;

-- sales joined by that key
with keys as (select id, md5(coalesce(email, phone)) as key from customers)
select k.key, sum(s.quantity) as units from sales s join keys k on k.id = s.customer_id group by k.key;

-- notes that name somebody
select s.id, s.gift_note, c.first_name
from sales s join customers c on s.gift_note like '%' || c.first_name || '%';

-- phone numbers in notes
select id, regexp_extract(gift_note, '\+\d+') as phone from sales where regexp_matches(gift_note, '\+\d+');

-- does the note hold a known number
select s.id, regexp_extract(s.gift_note, '\+\d+') in (select phone from customers) as is_known
from sales s where s.gift_note is not null;

-- latest price against list price
select i.sku, i.price, latest.unit_price, i.price - latest.unit_price as gap
from items i, lateral (
  select unit_price from sales s where s.item_id = i.id order by sold_on desc, id desc limit 1
) latest;

-- two last sales of each item
select i.title, l.sold_on, l.quantity
from items i left join lateral (
  select sold_on, quantity, id from sales where item_id = i.id order by sold_on desc, id desc limit 2
) l on true;

-- margin, best first
select i.title, sum(s.quantity * (s.unit_price - i.cost)) as margin,
  dense_rank() over (order by sum(s.quantity * (s.unit_price - i.cost)) desc) as place
from sales s join items i on i.id = s.item_id
group by i.title;

-- revenue cube
select st.region, i.category, s.channel, sum(s.quantity * s.unit_price) as revenue
from sales s join stores st on st.id = s.store_id join items i on i.id = s.item_id
group by cube (st.region, i.category, s.channel);

-- chosen grouping sets
select st.city, i.brand, count(*) as sales, grouping_id(st.city, i.brand) as level
from sales s join stores st on st.id = s.store_id join items i on i.id = s.item_id
group by grouping sets ((st.city, i.brand), (st.city), ());

-- days without a sale
select c.day from calendar c left join sales s on s.sold_on = c.day and s.channel = 'phone' and s.quantity > 4
where s.id is null;

-- holiday effect
select c.is_holiday, avg(s.quantity) as mean, median(s.unit_price) as typical
from calendar c join sales s on s.sold_on = c.day
group by c.is_holiday;

-- every shop with every category
select st.name, k.category, count(s.id) as sales
from stores st cross join (select distinct category from items) k
left join (select x.id, x.store_id, i.category from sales x join items i on i.id = x.item_id) s
  on s.store_id = st.id and s.category = k.category
group by all;

-- shops older than all their staff
select st.name from stores st
where st.opened_on <= all (select e.hired_on from employees e where e.store_id = st.id);

-- staff paid above some manager
select full_name from employees e
where salary > any (select m.salary from employees m where m.id in (select manager_id from employees));

-- manager beside each employee
select e.full_name, m.full_name as manager, e.salary::double / m.salary as ratio
from employees e left join employees m on m.id = e.manager_id;

-- headcount below each manager
with recursive chain(boss, id) as (
  select manager_id, id from employees where manager_id is not null
  union all
  select chain.boss, e.id from employees e join chain on e.manager_id = chain.id
)
select boss, count(distinct id) as below from chain group by boss;

-- customers as documents
select c.id, json_object('name', c.first_name, 'contact', json_object('email', c.email, 'phone', c.phone)) as doc
from customers c;

-- one member of such a document
with docs as (select id, json_object('name', first_name, 'segment', segment, 'email', email) as doc from customers)
select id, doc->>'segment' as segment from docs;

-- the whole row as a document
select to_json(c) as doc from customers c;

-- a struct handed through
with packed as (select id, {'who': {'first': first_name, 'last': last_name}, 'kind': segment} as p from customers)
select id, p.kind as kind, p.who.last as last from packed;

-- orders nested below their customer
select c.id, list({'day': s.sold_on, 'item': s.item_id, 'note': s.gift_note} order by s.sold_on, s.id) as history
from customers c join sales s on s.customer_id = c.id
group by c.id;

-- what was last in that history
with nested as (
  select customer_id, list({'day': sold_on, 'item': item_id} order by sold_on, id) as history from sales group by customer_id
)
select customer_id, history[-1].item as last_item, len(history) as orders from nested;

-- prices with tax in a list
select id, list_transform([price, cost], lambda p: p * 1.2) as with_tax from items;

-- interests that are categories
select id, list_filter(interests, lambda t: t <> 'home') as others,
  list_contains(interests, 'outdoor') as goes_out
from customers;

-- comprehension over interests
select id, [upper(t) for t in interests if length(t) > 4] as long_ones from customers;

-- sum by reduction
select customer_id, list_reduce(list(quantity order by id), lambda a, b: a + b) as units from sales group by customer_id;

-- initials
select id, list_reduce([left(first_name, 1), left(last_name, 1)], lambda a, b: a || '.' || b) as initials from customers;

-- all columns but the personal ones
select * exclude (first_name, last_name, email, phone, birth_date, address) from customers;

-- personal columns masked in place
select * replace (md5(email) as email, '***' as phone, year(birth_date) as birth_date) from customers;

-- columns by pattern
select id, columns('.*_on$') from promotions;

-- largest of every number
select max(columns(c -> c in ('price', 'cost'))) from items;

-- renamed on the way
select * rename (full_name as person, salary as pay) from employees;

-- union by name of two sources of contacts
select id, email as contact, 'customer' as kind from customers where email is not null
union all by name
select 'staff' as kind, full_name as contact, id from employees;

-- contacts that occur in both
select last_name from customers intersect all select split_part(full_name, ' ', 2) from employees;

-- sales not returned
select id, quantity from sales except all select sale_id, quantity from returns;

-- full picture of sold and returned days
select coalesce(s.day, r.day) as day, s.sold, r.returned
from (select sold_on as day, sum(quantity) as sold from sales group by all) s
full join (select returned_on as day, sum(quantity) as returned from returns group by all) r using (day);

-- natural join of two aggregates
select * from (select item_id, sum(quantity) as sold from sales group by item_id)
natural join (select item_id, max(on_hand) as stock from inventory group by item_id);

-- customers by size of basket
select basket, count(*) as customers
from (select customer_id, count(*) as basket from sales group by customer_id)
group by basket;

-- histogram of quantities
select histogram(quantity) as spread, mode(channel) as usual from sales;

-- price percentiles
select category, quantile_cont(price, [0.25, 0.5, 0.75]) as quartiles, max(price, 2) as dearest
from items group by category;

-- does price move with quantity
select item_id, corr(unit_price, quantity) as together, regr_slope(quantity, unit_price) as slope
from sales group by item_id having count(*) > 2;

-- first and last name seen per city
select city, first(first_name order by joined_on, id) as earliest, last(first_name order by joined_on, id) as latest
from customers group by city;

-- customers whose neighbour spends more
select c.id, exists (
  select 1 from customers n join sales s on s.customer_id = n.id
  where n.city = c.city and n.id <> c.id and s.unit_price > 100
) as has_rich_neighbour
from customers c;

-- number of purchases beside each customer
select c.email, (select count(*) from sales s where s.customer_id = c.id) as purchases,
  (select max(sold_on) from sales s where s.customer_id = c.id) as last_on
from customers c;

-- bigger than the shop's mean sale
select s.id from sales s
where s.quantity * s.unit_price > (select avg(quantity * unit_price) from sales x where x.store_id = s.store_id);

-- gap between two purchases
select customer_id, id, sold_on - lag(sold_on) over (partition by customer_id order by sold_on, id) as days from sales;

-- lapsed customers
select c.id, c.phone, max(s.sold_on) as last_on
from customers c join sales s on s.customer_id = c.id
group by c.id, c.phone
having max(s.sold_on) < date '2024-03-31'
order by last_on
limit 3;

-- page of a listing
select id, title, price from items order by price desc, id limit 3 offset 2;

-- as many rows as there are shops
select email from customers order by joined_on desc, id limit (select count(*) from stores);

-- a table made on the spot
select t.band, count(c.id) as people
from (values (0, 30, 'young'), (30, 50, 'middle'), (50, 120, 'senior')) t(low, high, band)
left join customers c on date_diff('year', c.birth_date, date '2024-04-30') >= t.low
  and date_diff('year', c.birth_date, date '2024-04-30') < t.high
group by t.band;

-- months without gaps
select m.month::date as month, coalesce(sum(s.quantity), 0) as units
from generate_series(timestamp '2023-11-01', timestamp '2024-04-01', interval 1 month) m(month)
left join sales s on date_trunc('month', s.sold_on) = m.month
group by 1;

-- rows side by side
select a.title, b.name from (select title from items order by id) a positional join (select name from stores order by id) b;

-- the same mask twice is one group
select left(md5(coalesce(email, '')), 8) as bucket, count(*) as people
from customers group by left(md5(coalesce(email, '')), 8);

-- purchases before and after a referral
select c.id,
  count_if(s.sold_on < c.joined_on) as before_joining,
  count_if(s.sold_on >= c.joined_on) as after_joining
from customers c left join sales s on s.customer_id = c.id
group by c.id;

-- value of the stock, by the last count
select store_id, sum(on_hand * cost) as value
from (
  select inv.store_id, inv.item_id, inv.on_hand, i.cost
  from inventory inv join items i on i.id = inv.item_id
  qualify row_number() over (partition by inv.store_id, inv.item_id order by inv.counted_on desc, inv.id desc) = 1
)
group by store_id;

-- abc analysis
with revenue as (
  select item_id, sum(quantity * unit_price) as r from sales group by item_id
), shares as (
  select item_id, r, sum(r) over (order by r desc, item_id) / sum(r) over () as running from revenue
)
select i.sku, case when running <= 0.7 then 'A' when running <= 0.9 then 'B' else 'C' end as class
from shares join items i on i.id = item_id;

-- funnel
select
  count(distinct customer_id) filter (where page = '/home') as home,
  count(distinct customer_id) filter (where page like '/item/%') as item,
  count(distinct customer_id) filter (where page = '/checkout') as checkout
from visits;

-- devices of a person
select c.last_name, list(distinct v.context->>'agent' order by v.context->>'agent') as agents
from visits v join customers c on c.id = v.customer_id
group by c.last_name;

-- everything known about one customer
select c.*, s.units, v.pages
from customers c
left join (select customer_id, sum(quantity) as units from sales group by customer_id) s on s.customer_id = c.id
left join (select customer_id, count(*) as pages from visits group by customer_id) v on v.customer_id = c.id
where c.last_name = 'Noor';

-- a sample of shops with a fixed seed
select name, city from stores using sample reservoir(2 rows) repeatable (7);
