import { createHash } from 'node:crypto';
import type { Finding } from '../../contract/finding.ts';
import { findingKey } from '../../contract/finding-key.ts';
import { RULES, type RuleEntry } from '../../contract/rules.ts';
import type { Location } from '../../location.ts';
import { type Cause, causesOf } from '../causes.ts';
import { sarifText } from '../escape.ts';
import type { Report } from '../report.ts';
import { findingText, othersText, pathOf, type Stop } from '../words/finding-text.ts';
import { ruleAddress, ruleHelp } from '../words/rule-page.ts';

/** GitHub refuses a run with more results. */
const MOST_RESULTS = 25_000;

/** The findings as SARIF 2.1.0, for GitHub's code scanning and editors. It ends in a line end. */
export function renderSarif(report: Report): string {
  const { tool, findings, waived, folder = '', project } = report;
  const found = [
    ...causesOf(findings).map((cause) => ({ cause, waiver: undefined })),
    ...waived.map(({ finding, reason }) => ({ cause: { first: finding, others: [] }, waiver: reason })),
  ].slice(0, MOST_RESULTS);
  const fingerprints = fingerprintsOf(found.map(({ cause }) => cause.first));
  const [name = '', version = ''] = tool.split(' ');
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name, version, rules: Object.entries(RULES).map(([id, rule]) => ruleOf(id, rule)) },
        },
        columnKind: 'utf16CodeUnits',
        // The slash at its end makes all of it the category: each project of a repository has alerts of its own.
        automationDetails: { id: `fenceline/${uriOf(folder === '' ? project : folder)}/` },
        results: found.map(({ cause, waiver }, index) => ({
          ...resultOf(cause, folder),
          partialFingerprints: { primaryLocationLineHash: fingerprints[index] },
          ...(waiver !== undefined && {
            suppressions: [{ kind: 'external', status: 'accepted', justification: sarifText(waiver) }],
          }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** GitHub: 7.0 to 8.9 is shown as high, 4.0 to 6.9 as medium. */
const SECURITY_SEVERITY = { error: '8.0', warning: '5.0' } as const;

function ruleOf(id: string, rule: RuleEntry) {
  const why = rule.why.replaceAll('`', '');
  return {
    id,
    shortDescription: { text: rule.title },
    fullDescription: { text: why },
    help: { text: why, markdown: ruleHelp(rule) },
    helpUri: ruleAddress(id),
    defaultConfiguration: { level: rule.severity },
    properties: {
      tags: ['security', 'privacy', ...(rule.needsRun ? ['data'] : [])],
      precision: 'very-high',
      'security-severity': SECURITY_SEVERITY[rule.severity],
    },
  };
}

function resultOf(cause: Cause, folder: string) {
  const finding = cause.first;
  const others = othersText(cause);
  const { problem, fix } = findingText(finding);
  const stops = pathOf(finding);
  const path = stops.length === 0 ? [] : [`path: ${stops.map(({ name }) => name).join(' → ')}`];
  return {
    ruleId: finding.rule,
    level: finding.severity,
    message: {
      text: sarifText([problem, ...path, ...(others === undefined ? [] : [others]), `fix: ${fix}`].join('\n')),
    },
    locations: [{ physicalLocation: physical(finding.location, folder) }],
    ...(finding.isNew !== undefined && { baselineState: finding.isNew ? 'new' : 'unchanged' }),
    ...('steps' in finding && finding.steps.length > 0 && { codeFlows: [codeFlow(finding, stops, folder)] }),
    ...fixesOf(finding, folder),
  };
}

/** The steps of a path, which GitHub shows behind "Show paths", from the line that says the column is personal. */
function codeFlow({ source, steps }: FlowFinding, stops: readonly Stop[], folder: string) {
  const locations = steps.map(({ location }, index) => {
    const [from, to] = [stops[index]?.name ?? '', stops[index + 1]?.name ?? ''];
    const expression = stops[index + 1]?.how?.expression ?? '';
    return threadLocation(location, `${from} → ${to}: ${expression}`, folder);
  });
  const start = source.declared ? [threadLocation(source.declared, `${stops[0]?.name ?? ''} is personal`, folder)] : [];
  return { threadFlows: [{ locations: [...start, ...locations] }] };
}

type FlowFinding = Extract<Finding, { readonly steps: unknown }>;

function threadLocation(location: Location, text: string, folder: string) {
  return { location: { physicalLocation: physical(location, folder), message: { text: sarifText(text) } } };
}

/** The proven change; none for a change that moves a file, which SARIF cannot express. */
function fixesOf(finding: Finding, folder: string) {
  if (finding.rule !== 'pii-in-tier' || !finding.provenFix?.edit) return {};
  const { description, file, edit } = finding.provenFix;
  const { artifactLocation, region } = physical({ file, ...edit }, folder);
  const replacement = { deletedRegion: region, insertedContent: { text: edit.text } };
  return {
    fixes: [
      {
        description: { text: sarifText(description) },
        artifactChanges: [{ artifactLocation, replacements: [replacement] }],
      },
    ],
  };
}

function physical({ file, line, column, end }: Location, folder: string) {
  const path = folder === '' ? file : `${folder}/${file}`;
  return {
    artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
    region: { startLine: line, startColumn: column, ...(end && { endLine: end.line, endColumn: end.column }) },
  };
}

function uriOf(path: string): string {
  return path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** A finding keeps its fingerprint when lines move. Findings that are the same in all names of a file are numbered. */
function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const hash = createHash('sha256')
      .update(`${findingKey(finding)} ${finding.location.file}`)
      .digest('hex')
      .slice(0, 16);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}
