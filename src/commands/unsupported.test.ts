import { expect, test } from 'vitest';
import { optionsFor } from '../pipeline/testing/repository.ts';
import { writeProject } from '../project/testing/small-project.ts';
import { UNSUPPORTED_CASES } from '../project/testing/unsupported-cases.ts';
import { UserError } from '../user-error.ts';
import { build, test as runTests } from './build.ts';
import { check } from './check.ts';
import { compile } from './compile.ts';
import { explain } from './explain.ts';
import { lineage } from './lineage.ts';
import { ls } from './ls.ts';
import { run } from './run.ts';
import { sync } from './sync.ts';
import { openTerminal } from './terminal.ts';

const COMMANDS = { run, check, build, test: runTests, compile, ls, lineage, explain, sync };
const CONFIG = `version: 1
sync: {tables: {t: {from: public.t}}}
contract: {tiers: {safe: {path: marts, allow: pseudonymous}}}
`;

test.each(Object.entries(UNSUPPORTED_CASES))(
  'every command refuses %s with the same words',
  async (code, { files }) => {
    using project = writeProject({ ...files, 'fenceline.yml': CONFIG });
    const terminal = openTerminal(process, false);
    const told = await Promise.all(
      Object.entries(COMMANDS).map(async ([name, command]) => [
        name,
        await refusal(() => command(optionsFor(project.directory), {}, terminal)),
      ]),
    );
    const [first] = told;
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, first?.[1]])),
    );
    expect(first?.[1]).toContainEqual(expect.objectContaining({ code }));
  },
);

async function refusal(command: () => Promise<number>): Promise<UserError['mistakes']> {
  try {
    throw new Error(`exit code ${await command()}`);
  } catch (error) {
    if (error instanceof UserError) return error.mistakes;
    throw error;
  }
}
