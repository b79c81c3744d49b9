export interface Room {
  readonly owns: string;
  readonly mayImport: readonly string[];
  /** The reason why it may import no more. */
  readonly why: string;
}

/**
 * The rooms of src/, lowest first. `test/rooms.test.ts` holds every import against this table, and `documents.ts` draws the
 * map in CONTRIBUTING.md from it.
 */
export const ROOMS: { readonly [name: string]: Room } = {
  config: {
    owns: 'finding, reading and validating YAML; every error has a place and a fix',
    mayImport: [],
    why: 'Files are read before there is a project, an engine or a server to ask.',
  },
  jinja: {
    owns: 'Jinja2 as dbt uses it: syntax, evaluation, values, filters, Python’s text and modules',
    mayImport: [],
    why: 'It knows nothing of dbt, so that it can be held against Jinja2 alone.',
  },
  native: {
    owns: 'binaries that npm carries (DuckDB, Postgres), fetched by hash into a cache',
    mayImport: [],
    why: 'It runs before an engine can be loaded.',
  },
  git: {
    owns: 'the files of other commits, without touching the checkout',
    mayImport: [],
    why: 'A tree is files: what they mean is for those who read them.',
  },
  packages: {
    owns: 'packages of a project from folders, git, the hub and tarballs; their lock file',
    mayImport: ['config', 'git'],
    why: 'It fetches and unpacks what strangers wrote, and reads nothing of it but names and versions.',
  },
  project: {
    owns: 'from files to a graph: nodes, refs, sources, seeds, macros, configurations, selection, dbt artifacts; the table of what is not supported',
    mayImport: ['config', 'jinja'],
    why: 'A project is text. What the warehouse answers reaches templates through the `Adapter` port.',
  },
  postgres: {
    owns: 'find or start a server, run set-up SQL, read catalogs, COPY',
    mayImport: ['config', 'native'],
    why: 'A server knows no warehouse: `sync/` brings both together.',
  },
  warehouse: {
    owns: 'the one door to DuckDB: opening and locking down, SQL, running, parsing, planning, the catalogue, errors',
    mayImport: ['native'],
    why: 'Only this room knows the engine. It imports none of the rooms that use it.',
  },
  sync: {
    owns: 'Postgres → tables: types, snapshot, load',
    mayImport: ['config', 'postgres', 'warehouse'],
    why: 'Tables are copied for any project alike.',
  },
  build: {
    owns: 'materializations, seeds, data tests, the scheduler',
    mayImport: ['project', 'warehouse'],
    why: 'What runs is dbt’s business; what it may show is decided elsewhere.',
  },
  lineage: {
    owns: 'bound plan → column flows; the shadow schema; propagation through the project',
    mayImport: ['project', 'warehouse'],
    why: 'What flows is a fact. Which flow is allowed is the contract’s business.',
  },
  contract: {
    owns: 'classification, tiers, waivers → findings; masks attacked, rows verified, a base compared',
    mayImport: ['config', 'project', 'warehouse', 'lineage'],
    why: 'A finding is a value. `report/` decides how it is shown.',
  },
  fix: {
    owns: 'changes that mend a finding, tried in memory',
    mayImport: ['config', 'jinja', 'project', 'warehouse', 'lineage', 'contract'],
    why: 'A change is proven by the same contract, never by running a stage.',
  },
  report: {
    owns: 'one `Report` value, pure renderers from it and the reader of one',
    mayImport: ['project', 'lineage', 'contract'],
    why: 'Renderers read one value; what they show was decided before.',
  },
  site: {
    owns: 'the page: `site.json` as a type, views rendered in Node and in the browser, the graph',
    mayImport: [],
    why: 'The page is made from `site.json` as published, so that anybody can make it again.',
  },
  github: {
    owns: 'events, comment, annotations; the only user of @actions/*',
    mayImport: ['report'],
    why: 'GitHub can fail in any way, and may not change what was decided.',
  },
  pipeline: {
    owns: 'the order of the stages (`stages/`), the project they are about (`open/`), the comparison with a base (`base/`), the files they write (`files/`), and what else a command does (`tasks/`)',
    mayImport: [
      'config',
      'git',
      'native',
      'packages',
      'project',
      'postgres',
      'warehouse',
      'sync',
      'build',
      'lineage',
      'contract',
      'fix',
      'report',
      'site',
    ],
    why: 'It is the only place that knows the order. The entries and commands pass its result on to GitHub and the terminal.',
  },
  commands: {
    owns: 'one file a command: its options, its words, and what it shows of what the pipeline gives',
    mayImport: ['config', 'report', 'site', 'pipeline'],
    why: 'A command calls the pipeline and prints. It opens no warehouse, starts no server and talks to no GitHub.',
  },
};

/** Packages with effects, and the rooms that may use them; every other package may be used anywhere. */
export const PACKAGES: { readonly [name: string]: { readonly rooms: readonly string[]; readonly why: string } } = {
  '@duckdb/node-api': { rooms: ['warehouse'], why: 'the warehouse is the one door to DuckDB' },
  '@actions/core': { rooms: ['github', 'action.ts'], why: 'only github/ and the entry of the Action know a runner' },
  '@actions/github': { rooms: ['github'], why: 'only github/ talks to GitHub' },
  '@octokit/plugin-retry': { rooms: ['github'], why: 'only github/ talks to GitHub' },
  pg: { rooms: ['postgres', 'sync'], why: 'only postgres/ and sync/ talk to a server' },
  commander: { rooms: ['cli.ts'], why: 'commands describe themselves; only the entry knows how they are parsed' },
};
