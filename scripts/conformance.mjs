// Builds a public dbt project with Fenceline, and compares it with what dbt made of it:
//   npm run conformance -- NAME --project FOLDER [--goldens FOLDER] [--dbt FOLDER] [--verbose]
// --project: a checkout at the commit that the golden names, with its packages in dbt_packages/. It is copied.
// --goldens: the folder of NAME.json; by default $FENCELINE_GOLDENS.
// --dbt: a copy of the same checkout in which dbt ran today. With it texts are compared token by token, and what depends on
// the day of the run is told apart. Without it only equal bytes are equal.
// Goldens and projects are no part of this repository; docs/conformance.md says what each difference is.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareWithGolden } from './conformance/compare.mjs';
import { ruleOf } from './conformance/differences.mjs';
import { PROJECTS } from './conformance/projects.mjs';
import { loadTables, readTables } from './conformance/read-tables.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string' },
    goldens: { type: 'string', default: process.env['FENCELINE_GOLDENS'] ?? 'goldens' },
    dbt: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const described = PROJECTS[name];
if (!described || values.project === undefined) {
  console.error(`usage: npm run conformance -- NAME --project FOLDER\n  NAME: ${Object.keys(PROJECTS).join(', ')}`);
  process.exit(2);
}
const goldenFile = resolve(values.goldens, `${name}.json`);
if (!existsSync(goldenFile)) {
  console.error(`there is no golden ${goldenFile}\n  fix: name its folder with --goldens`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'fenceline-conformance-'));
try {
  const ours = await buildProject(described, values.project);
  const dbt =
    values.dbt === undefined
      ? { texts: {}, statuses: {}, tables: {} }
      : { ...readRun(join(values.dbt, described.subfolder ?? '.')), tables: await readTables(warehouseIn(values.dbt)) };
  process.exitCode = ours ? report(compareWithGolden(readJson(goldenFile), ours, dbt)) : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/**
 * @param {import('./conformance/projects.mjs').ConformanceProject} settings
 * @param {string} checkout
 * @returns {Promise<import('./conformance/compare.mjs').Build | undefined>} nothing where a command fails
 */
async function buildProject({ steps, profile, subfolder = '.', tables, files = {} }, checkout) {
  const root = join(scratch, 'project');
  cpSync(checkout, root, { recursive: true, verbatimSymlinks: true });
  const project = join(root, subfolder);
  rmSync(join(project, 'target'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const profiles = profile === undefined ? [] : ['--profiles-dir', writeProfile(profile)];
  if (tables) {
    const paths = Object.entries(tables.files).map(([table, csv]) => [table, join(root, tables.folder, csv)]);
    await loadTables(join(scratch, `${name}.duckdb`), tables.schema, paths);
  }
  let run = { texts: {}, statuses: {} };
  const started = performance.now();
  for (const step of steps) {
    const { code, output } = runFenceline([...step, '--project-dir', subfolder, ...profiles], root);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`fenceline ${step.join(' ')}: exit code ${code}, ${seconds} s so far`);
    if (code > 1) {
      console.log(output);
      return undefined;
    }
    const { texts, statuses } = readRun(project);
    const written = Object.entries(texts).filter(([, text]) => text !== null);
    run = {
      texts: { ...texts, ...run.texts, ...Object.fromEntries(written) },
      statuses: { ...run.statuses, ...statuses },
    };
  }
  return { ...run, tables: await readTables(warehouseIn(scratch)) };
}

/** @param {string} project */
function readRun(project) {
  const { nodes } = readJson(join(project, 'target', 'manifest.json'));
  const { results } = readJson(join(project, 'target', 'run_results.json'));
  /** @type {{ [id: string]: string | null }} */
  const texts = {};
  for (const [id, node] of Object.entries(nodes)) texts[id] = Object(node).compiled_code ?? null;
  /** @type {{ [id: string]: readonly [string, number | null] }} */
  const statuses = {};
  for (const { unique_id, status, failures } of results) statuses[unique_id] = [status, failures];
  return { texts, statuses };
}

/** @param {ReturnType<typeof compareWithGolden>} comparison @returns {number} the exit code */
function report({ counts, differences }) {
  const { nodes, identical, tokens, statuses, equalStatuses, tables, equalTables } = counts;
  const columns = [
    name,
    `${identical} of ${nodes}`,
    `${tokens} of ${nodes}`,
    `${equalStatuses} of ${statuses}`,
    `${equalTables} of ${tables}`,
  ];
  console.log('\n| project | nodes byte-identical | token-identical | statuses | tables |\n|---|---|---|---|---|');
  console.log(`| ${columns.join(' | ')} |\n`);
  const judged = differences.map((difference) => ({ ...difference, rule: ruleOf(name, difference) }));
  const rules = judged.flatMap(({ what, rule }) => (rule === undefined ? [] : [`${what}: ${rule}`]));
  for (const rule of new Set(rules)) console.log(`${rules.filter((one) => one === rule).length} × ${rule}`);
  const unexplained = judged.filter(({ rule }) => rule === undefined);
  const shown = values.verbose ? unexplained : unexplained.slice(0, 20);
  for (const { what, name: id, golden, ours } of shown)
    console.log(`${what} ${id}\n  golden ${golden}\n  ours   ${ours}`);
  if (unexplained.length > shown.length) console.log(`and ${unexplained.length - shown.length} more: --verbose`);
  console.log(`${unexplained.length} differences without an explanation`);
  return unexplained.length === 0 ? 0 : 1;
}

/** @param {string} folder @returns {string} path of the one DuckDB file below it */
function warehouseIn(folder) {
  const [file] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.duckdb'));
  if (file === undefined) throw new Error(`there is no .duckdb file below ${folder}`);
  return join(folder, file);
}

/** @param {string} profileName @returns {string} the folder of profiles.yml */
function writeProfile(profileName) {
  const output = { type: 'duckdb', schema: 'main', threads: 2, path: join(scratch, `${name}.duckdb`) };
  const profiles = { [profileName]: { target: 'dev', outputs: { dev: output } } };
  writeFileSync(join(scratch, 'profiles.yml'), JSON.stringify(profiles));
  return scratch;
}

/** @param {readonly string[]} command @param {string} cwd */
function runFenceline(command, cwd) {
  const bundle = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...command], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { code: status ?? 3, output: `${stdout}${stderr}` };
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
