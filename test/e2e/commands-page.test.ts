import { expect, test } from 'vitest';
import { fenceline } from './cli.ts';

const INTRODUCTION = `<!-- What \`--help\` prints, written by test/e2e/commands-page.test.ts: npm run golden. -->
# Commands

Results go to stdout, everything else to stderr. \`--json\` prints one machine-readable result on stdout. Without an argument a
command takes the project of the working directory or of a folder above it.
`;

async function help(...command: readonly string[]): Promise<string> {
  const { code, stdout } = await fenceline([...command, '--help']);
  expect(code).toBe(0);
  return `\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n`;
}

/** Names of the commands that a help lists. */
function commandsIn(text: string): readonly string[] {
  const [, listed = ''] = /^Commands:\n([\s\S]*?)\n(\n|```)/m.exec(text) ?? [];
  return [...listed.matchAll(/^ {2}([\w-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

test('docs/commands.md is what each command says of itself', async () => {
  const overview = await help();
  const names = commandsIn(overview);
  const sections: string[] = [];
  for (const name of names) {
    const own = await help(name);
    sections.push(`\n## ${name}\n${own}`);
    for (const second of commandsIn(own)) sections.push(`\n## ${name} ${second}\n${await help(name, second)}`);
  }

  expect(names).toContain('run');
  await expect(`${INTRODUCTION}${overview}${sections.join('')}`).toMatchFileSnapshot('../../docs/commands.md');
});
