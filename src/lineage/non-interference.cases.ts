/** Random queries that once showed a flow nobody had claimed, made small by hand. */
export const CASES: readonly { readonly name: string; readonly query: string }[] = [
  {
    name: 'UNION in a recursion drops a row that was there before',
    query: `with recursive r(n, a, b) as (
      select 1, note, note from orders union select n + 1, b, 'z' from r where n < 3
    ) select n from r`,
  },
  {
    name: 'rows that tie in one window come in the order that another left',
    query: `select
        first_value(born) over (partition by age order by try_cast(email as date)) as a,
        last_value(tags) over (order by list_position(tags, name) nulls first) as b
      from users`,
  },
];
