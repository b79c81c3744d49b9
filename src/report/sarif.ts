import { createHash } from 'node:crypto';
import type { Finding } from '../contract/finding.ts';
import type { Location } from '../location.ts';
import { sarifText } from './escape.ts';
import { findingText, pathOf, type Stop } from './finding-text.ts';
import type { Report } from './report.ts';
import { RULES } from './rule-text.ts';

/** GitHub takes no more results of a run. */
const MOST_RESULTS = 25_000;

/** The findings as SARIF 2.1.0, for GitHub's code scanning and editors; ending in a line end. */
export function renderSarif(report: Report): string {
  const { tool, findings, waived, folder } = report;
  const found = [
    ...findings.map((finding) => ({ finding, waiver: undefined })),
    ...waived.map(({ finding, reason }) => ({ finding, waiver: reason })),
  ].slice(0, MOST_RESULTS);
  const fingerprints = fingerprintsOf(found.map(({ finding }) => finding));
  const [name = '', version = ''] = tool.split(' ');
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name, version, rules: Object.entries(RULES).map(([id, rule]) => ({ id, ...ruleOf(rule) })) },
        },
        columnKind: 'utf16CodeUnits',
        results: found.map(({ finding, waiver }, index) => ({
          ...resultOf(finding, folder ?? ''),
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

function ruleOf({ title, why }: { readonly title: string; readonly why: string }) {
  return { shortDescription: { text: title }, fullDescription: { text: why }, help: { text: why } };
}

function resultOf(finding: Finding, folder: string) {
  const { problem, fix } = findingText(finding);
  const stops = pathOf(finding);
  const path = stops.length === 0 ? [] : [`path: ${stops.map(({ name }) => name).join(' → ')}`];
  return {
    ruleId: finding.rule,
    level: finding.severity,
    message: { text: sarifText([problem, ...path, `fix: ${fix}`].join('\n')) },
    locations: [{ physicalLocation: physical(finding.location, folder) }],
    ...('steps' in finding && finding.steps.length > 0 && { codeFlows: [codeFlow(finding.steps, stops, folder)] }),
  };
}

/** The path, step by step: GitHub shows it behind "Show paths". */
function codeFlow(steps: readonly { readonly location: Location }[], stops: readonly Stop[], folder: string) {
  const locations = steps.map(({ location }, index) => {
    const [from, to] = [stops[index]?.name ?? '', stops[index + 1]?.name ?? ''];
    const expression = stops[index + 1]?.how?.expression ?? '';
    const text = sarifText(`${from} → ${to}: ${expression}`);
    return { location: { physicalLocation: physical(location, folder), message: { text } } };
  });
  return { threadFlows: [{ locations }] };
}

function physical({ file, line, column }: Location, folder: string) {
  const path = folder === '' ? file : `${folder}/${file}`;
  return {
    artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
    region: { startLine: line, startColumn: column },
  };
}

function uriOf(path: string): string {
  return path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/**
 * The same finding has the same fingerprint when lines move: it is made of names. What is equal in all of them is
 * numbered.
 */
function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const hash = createHash('sha256').update(identityOf(finding)).digest('hex').slice(0, 16);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}

function identityOf(finding: Finding): string {
  const path = pathOf(finding).map(({ name }) => name);
  const subject = subjectOf(finding);
  const column = 'column' in finding ? finding.column : '';
  const kind = 'subtype' in finding ? finding.subtype : '';
  return JSON.stringify([finding.rule, finding.location.file, subject, column, kind, path.at(0), path.at(-1)]);
}

function subjectOf(finding: Finding): string {
  if ('change' in finding) return `${finding.change.kind} ${finding.change.subject}`;
  return 'model' in finding ? finding.model : 'relation' in finding ? finding.relation : '';
}
