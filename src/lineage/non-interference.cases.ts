/** Random queries that once showed a flow that the trace missed, reduced by hand. */
export const CASES: readonly { readonly name: string; readonly query: string }[] = [
  {
    name: 'UNION in a recursion drops a row that was there before',
    query: `with recursive r(n, a, b) as (
      select 1, note, note from orders union select n + 1, b, 'z' from r where n < 3
    ) select n from r`,
  },
  {
    name: 'of rows with one key, a recursion USING KEY keeps the last',
    query: `with recursive r(n, a, b) using key (a) as (
      select 1, tags, email from (select *, row_number() over (order by born) from users)
      union select n + 1, a, b from r where n < 3
    ) select b from r`,
  },
  {
    name: 'rows that tie in one window come in the order that another left',
    query: `select
        first_value(born) over (partition by age order by try_cast(email as date)) as a,
        last_value(tags) over (order by list_position(tags, name) nulls first) as b
      from users`,
  },
  {
    name: 'a list of nothing is as long as the one it was made of',
    query: "select list_transform([t || 'k' for t in tags if true], lambda t: null) as x from users",
  },
  {
    name: 'a list of nothing is as long as the filtered one',
    query: "select list_transform(list_filter([email], lambda t: t > 'b'), lambda t: 1) as x from users",
  },
  {
    name: 'rows that tie come in the order that a comparison with other rows left',
    query: 'select tags, id < any (select id from users) as x from users order by 1 = 1 desc limit 2',
  },
  {
    name: 'a constant is another one after a cast',
    query: "select (json_object('TRUE', name, 'true', email)->>('TRUE'::boolean::varchar)) as x from users",
  },
  {
    name: 'groups come in the order their rows were sorted in, for LIMIT',
    query: 'select name from (select name from users order by email) group by name limit 1',
  },
  {
    name: 'groups come in the order their rows were sorted in, for first()',
    query:
      'select first(g) from (select name as g, count(*) from (select name from users order by email) group by name)',
  },
  {
    name: 'groups come in the order a window left their rows in, for a list',
    query: `select list(g) over () from (
      select name as g from (select name, row_number() over (order by email) from users) group by rollup(name)
    )`,
  },
  {
    name: 'groups come in the order their rows were sorted in, for lag()',
    query: `select lag(g) over () from (
      select name as g from (select name from users order by email) group by grouping sets ((name), (name))
    )`,
  },
  {
    name: 'groups come in the order their rows were sorted in, for a positional join',
    query: `select o.id, g from (select name as g from (select name from users order by email) group by name)
      positional join (from orders limit 2) o`,
  },
  ...['max(i)', 'min(i)', 'median(i)', 'max(i) over ()', 'quantile_disc(i, 0.5)', 'max({v: i})'].map((call) => ({
    name: `intervals that are equal and differ show the order of rows in ${call}`,
    query: `select ${call} from (
      select case when id % 2 = 1 then interval 1 month else interval 30 day end as i from users order by email desc
    )`,
  })),
  ...['select distinct i from #', 'select i from # group by i', 'select interval 1 day union select i from #'].map(
    (select) => ({
      name: `intervals that are equal and differ show the order of rows in ${select}`,
      query: select.replace(
        '#',
        '(select case when id % 2 = 1 then interval 1 month else interval 30 day end as i from users order by email)',
      ),
    }),
  ),
  {
    name: 'letters that are equal in a collation show the order of rows',
    query: `select n from (
      select (case when id % 2 = 1 then 'a' else 'A' end) collate nocase as n from users order by email
    ) group by n`,
  },
  {
    name: 'a product of large numbers shows the order of its rows',
    query: 'select product(case when id < 3 then 1e308 else 1e-308 end) from (from users order by email nulls last)',
  },
];
