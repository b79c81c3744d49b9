import type { Finding } from '../../contract/finding.ts';
import { formatLocation } from '../../location.ts';
import { type Cause, causesOf } from '../causes.ts';
import { xmlAttribute, xmlText } from '../escape.ts';
import type { Report, ReportedNode } from '../report.ts';
import { findingText, othersText, pathOf } from '../words/finding-text.ts';

/** One test case of a suite; a case that passed has no outcome. */
interface Case {
  readonly name: string;
  readonly classname: string;
  readonly file: string;
  readonly line: number;
  readonly milliseconds: number;
  readonly outcome: Outcome | undefined;
}

interface Outcome {
  readonly kind: 'failure' | 'error' | 'skipped' | 'system-out';
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/** Findings and results of the build as JUnit XML, which most CI systems show. It ends in a line end. */
export function renderJUnit({ findings, waived, build }: Report): string {
  const contract = [
    ...causesOf(findings).map((cause) => findingCase(cause.first, foundOutcome(cause))),
    ...waived.map(({ finding, reason, until }) => findingCase(finding, waivedOutcome(reason, until))),
  ];
  const holds = findings.some(({ severity }) => severity === 'error') ? [] : [CONTRACT_HOLDS];
  const suites = [suite('contract', [...holds, ...contract]), ...(build ? [suite('build', build.map(nodeCase))] : [])];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="fenceline">\n${suites.join('')}</testsuites>\n`;
}

/** A case that passes, so that a contract that holds does not look like a suite that did not run. */
const CONTRACT_HOLDS: Case = {
  name: 'the contract holds',
  classname: 'contract',
  file: 'fenceline.yml',
  line: 1,
  milliseconds: 0,
  outcome: undefined,
};

function findingCase(finding: Finding, outcome: Outcome): Case {
  const { rule, location } = finding;
  const { file, line } = location;
  return { name: `${rule}: ${findingText(finding).problem}`, classname: rule, file, line, milliseconds: 0, outcome };
}

function foundOutcome(cause: Cause): Outcome {
  const finding = cause.first;
  const others = othersText(cause);
  const { problem, fix } = findingText(finding);
  const stops = pathOf(finding).map(({ name, how }) => (how ? `→ ${name} ← ${how.expression} at ${how.place}` : name));
  return {
    kind: finding.severity === 'error' ? 'failure' : 'system-out',
    type: finding.rule,
    message: problem,
    text: [
      `${formatLocation(finding.location)} ${problem}`,
      ...stops,
      ...(others === undefined ? [] : [others]),
      `fix: ${fix}`,
    ].join('\n'),
  };
}

function waivedOutcome(reason: string, until: string): Outcome {
  return { kind: 'skipped', type: 'waived', message: `waived until ${until}: ${reason}`, text: '' };
}

function nodeCase(node: ReportedNode): Case {
  const { name, resourceType, location, milliseconds } = node;
  const [, file = location, line = '1'] = /^(.*):(\d+):\d+$/s.exec(location) ?? [];
  return { name, classname: resourceType, file, line: Number(line), milliseconds, outcome: nodeOutcome(node) };
}

function nodeOutcome({ status, message, location }: ReportedNode): Outcome | undefined {
  if (status === 'success' || status === 'pass') return undefined;
  const kind = ({ error: 'error', fail: 'failure', skipped: 'skipped', warn: 'system-out' } as const)[status];
  return { kind, type: status, message: message ?? status, text: `${location} ${message ?? status}` };
}

function suite(name: string, cases: readonly Case[]): string {
  const count = (kind: Outcome['kind']) => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const time = cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const attributes = attributesOf({
    name,
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(time),
  });
  return `  <testsuite${attributes}>\n${cases.map(caseElement).join('')}  </testsuite>\n`;
}

function caseElement({ milliseconds, outcome, ...named }: Case): string {
  const attributes = attributesOf({ ...named, time: seconds(milliseconds) });
  if (!outcome) return `    <testcase${attributes}/>\n`;
  return `    <testcase${attributes}>\n${outcomeElement(outcome)}    </testcase>\n`;
}

function outcomeElement({ kind, type, message, text }: Outcome): string {
  switch (kind) {
    case 'failure':
    case 'error':
      return `      <${kind}${attributesOf({ type, message })}>${xmlText(text)}</${kind}>\n`;
    case 'skipped':
      return `      <skipped${attributesOf({ message })}/>\n`;
    case 'system-out':
      return `      <system-out>${xmlText(text)}</system-out>\n`;
  }
}

function attributesOf(attributes: { readonly [name: string]: string | number }): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
