import type { Sources } from './imports.ts';

/** A way around `sql`, which alone puts SQL together, and what it looks like in a source file. */
interface Loophole {
  readonly what: string;
  readonly pattern: RegExp;
  /** Files and folders in which the loophole is allowed, with the reason. */
  readonly exceptions?: { readonly [fileOrFolder: string]: string };
}

const OBJECT = '(?:temp |temporary )?(?:table|view|schema|macro|type|index|sequence)';

/** How a statement begins, or a part of one. A message may begin with `create` or `set` as well. */
const STATEMENT = [
  '(?:select|insert into|delete from|update|merge into|alter|attach|copy|pragma|describe|from|with|values|union all)',
  `(?:create (?:or replace )?|drop )${OBJECT}`,
  'set \\S+ =',
].join('|');

const LOOPHOLES: readonly Loophole[] = [
  {
    what: 'SQL that is made of a plain string',
    pattern: /(?:from|import\()\s*'[^']*\/trusted-sql\.ts'/,
    exceptions: { 'warehouse/': 'the door itself makes it of what the engine has read' },
  },
  { what: 'a value that is called SQL', pattern: /\bas (?:unknown as )?(?:Sql|SqlText|ProjectSql)\b/ },
  { what: 'the tag called as a function', pattern: /(?<!function )\bsql\(/ },
  {
    what: 'text of a project that is put together',
    pattern: /\bprojectSql\(\s*(?:[`'"]|[^()]*(?:\+|`|\.concat\(|\.join\())/,
    exceptions: { 'warehouse/': 'a text in brackets of ours, to see whether it closes them' },
  },
  {
    what: 'a statement in a template without the tag',
    pattern: new RegExp(`(?<!\\bsql)(?<![\\w\`])(?:String\\.raw)?\`\\s*(?:${STATEMENT})\\s[^\`]*\\$\\{`, 'i'),
    exceptions: {
      'warehouse/': 'a text in brackets of ours, to see whether it closes them',
      'project/context/functions/': 'a query of a template in brackets, which `Adapter` takes for one query or refuses',
      'project/unit-tests/fixture-sql.ts':
        'rows of a project as a query, which `requireOneQuery` takes for one or refuses',
      'project/snapshots/read-snapshots.ts': 'a template of Jinja, which is rendered before anybody takes it for SQL',
    },
  },
  {
    what: 'a statement that is concatenated',
    pattern: new RegExp(`(['"])\\s*(?:${STATEMENT})\\s(?:(?!\\1).)*\\1\\s*\\+`, 'i'),
  },
];

/** Rooms whose texts reach DuckDB. */
const ROOMS = ['warehouse', 'project', 'sync', 'build', 'lineage', 'contract', 'fix', 'pipeline', 'commands'];

/** Ways around the tag, as `file: what`. */
export function unsafeSql(sources: Sources): readonly string[] {
  return [...sources]
    .filter(([file]) => ROOMS.some((room) => file.startsWith(`${room}/`)))
    .flatMap(([file, text]) => {
      const code = text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
      return LOOPHOLES.filter(
        ({ pattern, exceptions = {} }) =>
          pattern.test(code) && !Object.keys(exceptions).some((allowed) => file.startsWith(allowed)),
      ).map(({ what }) => `${file}: ${what}`);
    });
}
