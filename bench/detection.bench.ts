import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type LabelledColumn, labelledColumns } from './detection/columns.ts';
import {
  type Detector,
  FORMLESS,
  fenceline,
  type Halves,
  type Measured,
  measure,
  type Naming,
} from './detection/measure.ts';

// Precision and recall of finding personal columns: npm run bench -- detection. With --columns: the columns as JSON, for
// bench/detection/others.py. With --write: the results go to bench/detection/results.json, from which docs/detection.md
// is made (node scripts/docs.mjs).

const FOLDER = 'bench/detection';

if (process.argv.includes('--columns')) {
  process.stdout.write(JSON.stringify(labelledColumns()));
} else {
  const results = Object.fromEntries(
    Object.entries({ Fenceline: fenceline, ...others() }).map(([label, detector]) => [label, measureAll(detector)]),
  );
  for (const [label, halves] of Object.entries(results)) print(label, halves);
  if (process.argv.includes('--write')) {
    writeFileSync(`${FOLDER}/results.json`, `${JSON.stringify(results, null, 1)}\n`);
  }
}

function measureAll(detector: Detector): Halves {
  const both = (half: LabelledColumn['half']) => ({
    telling: Object.fromEntries(measure(detector, 'telling', half)),
    bare: Object.fromEntries(measure(detector, 'bare', half)),
  });
  return { first: both('first'), later: both('later') };
}

/** What others.py wrote down of each column, in the order of the columns. */
function others(): { readonly [label: string]: Detector } {
  if (!existsSync(`${FOLDER}/others.json`)) return {};
  const said: { readonly [label: string]: { readonly [naming in Naming]: readonly (string | null)[] } } = JSON.parse(
    readFileSync(`${FOLDER}/others.json`, 'utf8'),
  );
  const places = new Map(labelledColumns().map(({ of }, index) => [of, index]));
  return Object.fromEntries(
    Object.entries(said).map(([label, kinds]) => [
      label,
      ({ of }: LabelledColumn, naming: Naming) => kinds[naming][places.get(of) ?? -1] ?? undefined,
    ]),
  );
}

function print(label: string, halves: Halves): void {
  for (const half of ['first', 'later'] as const) {
    for (const naming of ['telling', 'bare'] as const) {
      const kinds = Object.entries(halves[half][naming]);
      const counted = kinds.filter(([kind]) => kind !== '-' && (naming === 'telling' || !FORMLESS.has(kind)));
      const sum = (field: keyof Measured) => counted.reduce((total, [, measured]) => total + measured[field], 0);
      const recall = (sum('found') / sum('columns')).toFixed(3);
      const precision = (sum('found') / (sum('found') + sum('wrong'))).toFixed(3);
      console.log(`${label}, ${half} half, ${naming} names: recall ${recall}, precision ${precision}`);
      for (const [kind, { columns, found, wrong }] of kinds) {
        console.log(`  ${kind.padEnd(14)} ${found} of ${columns} right, ${wrong} wrong`);
      }
    }
  }
}
