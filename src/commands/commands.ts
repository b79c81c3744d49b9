import { build } from './build.ts';
import { check } from './check.ts';
import { clean } from './clean.ts';
import type { Command, CommandName } from './command.ts';
import { compile } from './compile.ts';
import { debug } from './debug.ts';
import { deps } from './deps.ts';
import { docs } from './docs.ts';
import { docsGenerate } from './docs-generate.ts';
import { explain } from './explain.ts';
import { lineage } from './lineage.ts';
import { ls } from './ls.ts';
import { parse } from './parse.ts';
import { clone, docsServe, init, show } from './refused.ts';
import { report } from './report.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { runOperation } from './run-operation.ts';
import { seed } from './seed.ts';
import { snapshot } from './snapshot.ts';
import { sourceFreshness } from './source-freshness.ts';
import { sources } from './sources.ts';
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
  parse,
  ls,
  deps,
  'source freshness': sourceFreshness,
  sources,
  docs,
  'docs generate': docsGenerate,
  retry,
  'run-operation': runOperation,
  clean,
  debug,
  show,
  'docs serve': docsServe,
  clone,
  init,
  report,
};

/** All commands, in the order of `--help`. */
export const COMMANDS: readonly Command[] = Object.values(BY_NAME);
