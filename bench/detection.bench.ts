import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { measureNames } from './detection/column-names.ts';
import { labelledColumns } from './detection/columns.ts';
import { type Detector, fenceline, measure } from './detection/measure.ts';
import {
  countedKinds,
  type Naming,
  PARTS,
  type Part,
  type Parts,
  type Results,
  recallAndPrecision,
} from './detection/results.ts';
import { measureSpellings } from './detection/spellings.ts';
import { measureUnrelated } from './detection/unrelated.ts';

// Measures how many personal columns the detector finds, by values and by names, how many it is wrong about, in how many
// spellings a value is found, and how many errors unrelated columns give: npm run bench -- detection. With FENCELINE_BENCH_PYTHON, the Python of an environment that has
// presidio-analyzer and scrubadub, these detect the same columns. --write writes bench/detection/results.json, from which
// docs/detection.md is made (node scripts/docs.mjs). It keeps the results of detectors that did not run.

const FILE = 'bench/detection/results.json';
const python = process.env['FENCELINE_BENCH_PYTHON'];
const detectors = { Fenceline: fenceline, ...(python === undefined ? {} : others(python)) };
const measured = Object.fromEntries(
  Object.entries(detectors).map(([label, detector]): [string, Parts] => [label, measureAll(detector)]),
);
for (const [label, parts] of Object.entries(measured)) print(label, parts);
const names = Object.fromEntries(PARTS.map((part) => [part, measureNames(part)]));
for (const [part, kinds] of Object.entries(names)) {
  console.log(
    `names of columns, ${part}: ${recallAndPrecision(Object.entries(kinds).filter(([kind]) => kind !== '-'))}`,
  );
}
const spellings = await measureSpellings();
for (const [locale, rows] of Object.entries(spellings)) {
  const missed = rows.filter(({ isFound }) => !isFound).map(({ spelling }) => spelling);
  console.log(`spellings, ${locale}: ${rows.length - missed.length} of ${rows.length}, missed: ${missed.join(', ')}`);
}
const unrelated = await measureUnrelated();
console.log(`unrelated columns: ${unrelated.errors.length} errors in ${unrelated.columns}`, unrelated.errors);
if (process.argv.includes('--write')) {
  const before: Results = JSON.parse(readFileSync(FILE, 'utf8'));
  const results: Results = { detectors: { ...before.detectors, ...measured }, names, spellings, unrelated };
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`);
}

function measureAll(detector: Detector): Parts {
  const ofPart = (part: Part) => ({
    telling: measure(detector, 'telling', part),
    bare: measure(detector, 'bare', part),
  });
  return { first: ofPart('first'), later: ofPart('later'), fresh: ofPart('fresh') };
}

/** Runs others.py over all columns. It gives, for each detector, what it says of each column, in their order. */
function others(command: string): { readonly [label: string]: Detector } {
  const columns = labelledColumns();
  const { status, stdout } = spawnSync(command, ['bench/detection/others.py'], {
    input: JSON.stringify(columns),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${command} bench/detection/others.py ended with ${status}`);
  const said: { readonly [label: string]: { readonly [naming in Naming]: readonly (string | null)[] } } =
    JSON.parse(stdout);
  const places = new Map(columns.map(({ of }, index) => [of, index]));
  return Object.fromEntries(
    Object.entries(said).map(([label, kinds]): [string, Detector] => [
      label,
      ({ of }, naming) => kinds[naming][places.get(of) ?? -1] ?? undefined,
    ]),
  );
}

function print(label: string, parts: Parts): void {
  for (const part of PARTS) {
    for (const naming of ['telling', 'bare'] as const) {
      const kinds = parts[part][naming];
      console.log(`${label}, ${part}, ${naming} names: ${recallAndPrecision(countedKinds(kinds, naming))}`);
      for (const [kind, { columns, found, wrong }] of Object.entries(kinds)) {
        console.log(`  ${kind.padEnd(14)} ${found} of ${columns} right, ${wrong} wrong`);
      }
    }
  }
}
