import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * esbuild 0.28.2 lowers `using` in a loop to code that throws in every later round what one round threw and caught.
 * Throws for such a loop in a folder. It goes by the formatter's indentation.
 */
export function requireNoUsingInLoops(folder) {
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'))) {
    const line = findUsingInLoop(readFileSync(join(folder, file), 'utf8').split('\n'));
    if (line > 0) throw new Error(`${file}:${line}: \`using\` in a loop; put the body of the loop into a function`);
  }
}

/** The line of the first `using` in a loop, from 1; 0 where there is none. */
function findUsingInLoop(lines) {
  const around = [];
  for (const [index, line] of lines.entries()) {
    const depth = line.search(/\S/);
    if (depth < 0) continue;
    while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
    if (LOOP.test(line)) around.push({ depth, isLoop: true });
    // A function in a loop has rounds of its own.
    else if (FUNCTION.test(line)) around.push({ depth, isLoop: false });
    if (/^\s*(await )?using /.test(line) && around.at(-1)?.isLoop) return index + 1;
  }
  return 0;
}

const LOOP = /^\s*(for|while|do)\b/;
const FUNCTION = /\bfunction\b|=>.*\{$|^\s*(async )?\W?\w+\(.*\{$/;
