import type { Finding, Rule } from '../../contract/finding.ts';
import { compareRules, RULES, type RuleEntry } from '../../contract/rules.ts';
import { formatLocation } from '../../location.ts';
import { findingText } from './finding-text.ts';

const PAGE = 'https://github.com/fenceline/fenceline/blob/main/docs/rules.md';

/** Address of the section about a rule in docs/rules.md. */
export function ruleAddress(rule: string): string {
  return `${PAGE}#${rule}`;
}

/** docs/rules.md: a section about each rule, with the message of a sample. */
export function rulePage(samples: { readonly [rule in Rule]: Finding }): string {
  const findings = Object.values(samples).sort((a, b) => compareRules(a.rule, b.rule));
  const list = findings.map(({ rule }) => `- [\`${rule}\`](#${rule}): ${RULES[rule].title}`);
  const sections = findings.map((finding) => {
    const { rule } = finding;
    return `## ${rule}\n\n**${RULES[rule].title}.** ${ruleHelp(RULES[rule], messageOf(finding))}`;
  });
  return `# Rules

Each finding is of one of these rules. An \`error\` fails the check, a \`warning\` does not, unless the Action's \`fail-on\`
says so. A report has errors first, then the rules in this order.

${list.join('\n')}

${sections.join('\n')}`;
}

/**
 * The description of a rule in Markdown that ends in a line end.
 * @param message one of its findings, as the terminal prints it
 */
export function ruleHelp({ why, example, fixes, ...rule }: RuleEntry, message?: string): string {
  const { language, text } = example;
  return [
    why,
    fenced(language, text),
    ...(message === undefined ? [] : [fenced('text', message)]),
    'To mend it:',
    fixes.map((fix) => `- ${fix}`).join('\n'),
    [
      `Severity: \`${rule.severity}\` ${rule.severityReason}.`,
      foundBy(rule),
      rule.isWaivable ? 'A waiver can accept it for a time.' : 'It cannot be waived.',
    ].join(' '),
  ]
    .map((part) => `${part.trimEnd()}\n`)
    .join('\n');
}

function foundBy({ needsRun, inCheck }: Pick<RuleEntry, 'needsRun' | 'inCheck'>): string {
  if (!needsRun) return 'Found by `fenceline check` and `fenceline run`.';
  const commands =
    inCheck === undefined ? 'by `fenceline run` only' : `by \`fenceline run\`, and by \`fenceline check\` ${inCheck}`;
  return `Found ${commands}, so it is marked as new only where that is certain without a run of the base.`;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function messageOf(finding: Finding): string {
  const { problem, fix } = findingText(finding);
  return `${formatLocation(finding.location)} ${finding.severity} ${problem}\n  fix: ${fix}`;
}
