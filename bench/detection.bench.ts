import { writeFileSync } from 'node:fs';
import type { LabelledColumn } from './detection/columns.ts';
import { type Detector, FORMLESS, fenceline, type Halves, type Measured, measure } from './detection/measure.ts';

// Measures how many personal columns the detector finds, and how many it is wrong about: npm run bench -- detection. --write writes
// the results to bench/detection/results.json, from which docs/detection.md is made (node scripts/docs.mjs).

const halves = measureAll(fenceline);
print('Fenceline', halves);
if (process.argv.includes('--write')) {
  writeFileSync('bench/detection/results.json', `${JSON.stringify({ Fenceline: halves }, null, 1)}\n`);
}

function measureAll(detector: Detector): Halves {
  const both = (half: LabelledColumn['half']) => ({
    telling: Object.fromEntries(measure(detector, 'telling', half)),
    bare: Object.fromEntries(measure(detector, 'bare', half)),
  });
  return { first: both('first'), later: both('later') };
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
