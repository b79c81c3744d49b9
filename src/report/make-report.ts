import type { Finding } from '../contract/finding.ts';
import type { PiiGraph } from '../contract/pii-graph.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { formatLocation } from '../location.ts';
import type { Project } from '../project/project.ts';
import type { Report, ReportedJudge, ReportedNode, Verdict } from './report.ts';

/** The results of a run or check, as the other rooms give them. */
export interface Results {
  readonly tool: string;
  readonly project: Project;
  /** Project folder relative to the repository root; empty where they are the same. */
  readonly folder: string;
  readonly judge?: ReportedJudge | undefined;
  readonly contract: {
    readonly findings: readonly Finding[];
    readonly waived: Report['waived'];
    readonly tiers: Report['tiers'];
    readonly coverage: Report['coverage'];
    readonly pii: PiiGraph;
    readonly fixes?: NonNullable<Report['fixes']>;
  };
  readonly postgres?: Report['postgres'] | undefined;
  readonly sync?: readonly {
    readonly table: string;
    readonly from: string;
    readonly rows: number;
    readonly milliseconds: number;
    readonly columns: readonly unknown[];
  }[];
  readonly build?: readonly BuiltNode[];
  readonly stages: Report['stages'];
}

/** The result of one node, as `build/` gives it. */
export interface BuiltNode {
  readonly uniqueId: string;
  readonly status: ReportedNode['status'];
  readonly message: string | undefined;
  readonly failures: number | undefined;
  readonly rows: number | undefined;
  readonly milliseconds: number;
}

/** Puts the results of a run or check together as a report, without secrets. */
export function makeReport({ tool, project, folder, judge, contract, postgres, sync, build, stages }: Results): Report {
  const { findings, waived, tiers, coverage, pii, fixes } = contract;
  const nodes = build && reportedNodes(project, build);
  const report: Report = {
    version: 1,
    tool,
    project: project.name,
    ...(folder !== '' && { folder }),
    verdict: verdictOf(findings, nodes ?? []),
    ...(judge && { judge }),
    findings,
    waived,
    tiers: tiers.map(({ name, path, allow, models }) => ({ name, path, allow, models })),
    coverage,
    pii,
    ...(fixes && { fixes }),
    ...(postgres && { postgres }),
    ...(sync && {
      sync: sync.map(({ table, from, rows, columns, milliseconds }) => ({
        table,
        from,
        rows,
        columns: columns.length,
        milliseconds,
      })),
    }),
    ...(nodes && { build: nodes }),
    stages: stages.map(({ stage, milliseconds }) => ({ stage, milliseconds })),
  };
  // The copy has the fields of report.json and no others, and no secret in any value.
  const hidden: Report = JSON.parse(JSON.stringify(report), (_, value: unknown) =>
    typeof value === 'string' ? hideSecrets(value, project.secrets) : value,
  );
  return hidden;
}

function verdictOf(findings: readonly Finding[], nodes: readonly ReportedNode[]): Verdict {
  const isBroken = nodes.some(({ status }) => status === 'error' || status === 'fail');
  if (isBroken || findings.some(({ severity }) => severity === 'error')) return 'fail';
  return findings.length > 0 || nodes.some(({ status }) => status === 'warn') ? 'warn' : 'pass';
}

/** Results with the names and places of their nodes; results of nodes that the project lacks are left out. */
export function reportedNodes(project: Project, build: readonly BuiltNode[]): readonly ReportedNode[] {
  return build.flatMap((result): ReportedNode[] => {
    const node = project.nodes.get(result.uniqueId);
    if (!node) return [];
    const { status, message, failures, rows, milliseconds } = result;
    return [
      {
        uniqueId: node.uniqueId,
        name: node.name,
        resourceType: node.resourceType,
        materialized: node.config.materialized,
        status,
        ...(message !== undefined && { message }),
        ...(failures !== undefined && { failures }),
        ...(rows !== undefined && { rows }),
        milliseconds,
        location: formatLocation(node.location),
      },
    ];
  });
}
