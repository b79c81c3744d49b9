import { build } from './build.ts';
import { check } from './check.ts';
import type { Command, CommandName } from './command.ts';
import { compile } from './compile.ts';
import { explain } from './explain.ts';
import { lineage } from './lineage.ts';
import { ls } from './ls.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { seed } from './seed.ts';
import { snapshot } from './snapshot.ts';
import { sync } from './sync.ts';
import { test } from './test.ts';

const BY_NAME: { readonly [name in CommandName]: Command<name> } = {
  run,
  check,
  explain,
  lineage,
  sync,
  build,
  seed,
  snapshot,
  test,
  compile,
  ls,
  report,
};

/** All commands, in the order of `--help`. */
export const COMMANDS: readonly Command[] = Object.values(BY_NAME);
