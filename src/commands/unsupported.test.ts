import { expect, test } from 'vitest';
import { writeProject } from '../project/testing/small-project.ts';
import { UNSUPPORTED_CASES } from '../project/testing/unsupported-cases.ts';
import { UNSUPPORTED } from '../project/unsupported/features.ts';
import { UserError } from '../user-error.ts';
import { COMMANDS } from './commands.ts';
import { runCommand } from './testing/run-command.ts';

/** Commands that load no project, that repeat another command, or that say what is wrong as their result. */
const OTHERS: readonly string[] = ['report', 'deps', 'clean', 'retry', 'debug'];
const OF_PROJECTS = COMMANDS.filter(({ name, isHidden }) => !OTHERS.includes(name) && !isHidden);
const CONFIG = `version: 1
sync: {tables: {t: {from: public.t}}}
contract: {tiers: {safe: {path: marts, allow: pseudonymous}}}
`;

const REFUSED = Object.entries(UNSUPPORTED_CASES).filter(([code]) =>
  Object.entries(UNSUPPORTED).some(([name, { effect }]) => name === code && effect === 'refuse'),
);

test.each(REFUSED)('every command refuses %s with the same words', async (code, { files }) => {
  using project = writeProject({ ...files, 'fenceline.yml': CONFIG });
  const messages = await Promise.all(
    OF_PROJECTS.map(async (command) => [command.name, await refusal(() => runCommand(command, project.directory))]),
  );
  const [first] = messages;
  expect(Object.fromEntries(messages)).toEqual(Object.fromEntries(OF_PROJECTS.map(({ name }) => [name, first?.[1]])));
  expect(first?.[1]).toContainEqual(expect.objectContaining({ code }));
});

async function refusal(command: () => Promise<number>): Promise<UserError['mistakes']> {
  try {
    throw new Error(`exit code ${await command()}`);
  } catch (error) {
    if (error instanceof UserError) return error.mistakes;
    throw error;
  }
}
