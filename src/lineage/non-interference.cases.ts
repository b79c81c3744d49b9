/** Random queries that once showed a flow which was not traced, made small by hand. */
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
];
