import type { Finding } from '../contract/finding.ts';
import type { Marks } from '../contract/marks.ts';
import type { PiiGraph } from '../contract/pii-graph.ts';
import { isBelow } from '../contract/tier.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { formatLocation } from '../location.ts';
import { isQueryNode, isTest } from '../project/node.ts';
import { parentsOf, reachable } from '../project/order.ts';
import type { Project } from '../project/project.ts';
import { UNSUPPORTED } from '../project/unsupported/features.ts';
import { causesOf } from './causes.ts';
import type { Report, ReportedJudge, ReportedNode, Verdict } from './report.ts';

/** The results of a run or check, as the other rooms give them. */
export interface Results {
  readonly tool: string;
  readonly project: Project;
  /** Project folder relative to the repository root; empty where they are the same. */
  readonly folder: string;
  readonly judge?: ReportedJudge | undefined;
  /** `all`: a node that fails breaks the contract wherever it is; absent: only where a tier depends on it. */
  readonly matters?: 'all' | undefined;
  readonly contract: {
    readonly findings: readonly Finding[];
    readonly fixed?: readonly Finding[];
    readonly waived: Report['waived'];
    readonly tiers: Report['tiers'];
    readonly coverage: Report['coverage'];
    readonly pii: PiiGraph;
    readonly marks: Marks;
    readonly fixes?: NonNullable<Report['fixes']>;
  };
  readonly postgres?: Report['postgres'] | undefined;
  readonly sync?: readonly {
    readonly table: string;
    readonly from: string;
    readonly rows: number;
    readonly milliseconds: number;
    readonly columns: readonly unknown[];
    readonly remarks?: readonly string[];
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
export function makeReport(results: Results): Report {
  const { tool, project, folder, judge, matters, contract, postgres, sync, build, stages } = results;
  const { findings, fixed, waived, tiers, coverage, pii, marks, fixes } = contract;
  const nodes = build && reportedNodes(project, build);
  const places = new Map(findings.map((finding, place) => [finding, place]));
  const causes = causesOf(findings)
    .filter(({ others }) => others.length > 0)
    .map(({ first, others }) => ({ findings: [first, ...others].map((finding) => places.get(finding) ?? 0) }));
  const isMattering = matters === 'all' ? () => true : matteringNodes(project, tiers);
  const report: Report = {
    version: 1,
    tool,
    project: project.name,
    ...(folder !== '' && { folder }),
    verdict: worsenForMarks(verdictOf(findings, nodes ?? [], isMattering), marks),
    ...(judge && { judge }),
    marks,
    findings,
    ...(causes.length > 0 && { causes }),
    ...(fixed && { fixed }),
    waived,
    tiers: tiers.map(({ name, path, allow, models }) => ({ name, path, allow, models })),
    coverage,
    pii,
    ...(project.leftOut.length > 0 && { leftOut: leftOutOf(project.leftOut) }),
    ...(fixes && { fixes }),
    ...(postgres && { postgres }),
    ...(sync && {
      sync: sync.map(({ table, from, rows, columns, milliseconds, remarks = [] }) => ({
        table,
        from,
        rows,
        columns: columns.length,
        milliseconds,
        ...(remarks.length > 0 && { remarks }),
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

function leftOutOf(leftOut: Project['leftOut']): NonNullable<Report['leftOut']> {
  return [...new Set(leftOut.map(({ code }) => code))].map((code) => {
    const names = leftOut.filter((one) => one.code === code).map(({ subject }) => subject);
    const { what, ...feature } = UNSUPPORTED[code];
    return { what: names.length === 1 && 'one' in feature ? feature.one : what, names };
  });
}

/** Worsens a verdict for its marks: without any mark nothing is protected, and what sounds like a mark may be meant as one. */
function worsenForMarks(verdict: Verdict, { none, nearMisses }: Marks): Verdict {
  if (verdict === 'fail' || none === 'error') return 'fail';
  return none === 'warning' || nearMisses.length > 0 ? 'warn' : verdict;
}

/** A node that failed breaks the contract where a tier depends on it; elsewhere it is a warning. */
function verdictOf(
  findings: readonly Finding[],
  nodes: readonly ReportedNode[],
  matters: (uniqueId: string) => boolean,
): Verdict {
  const broken = nodes.filter(({ status }) => status === 'error' || status === 'fail');
  const isBroken = broken.some(({ uniqueId }) => matters(uniqueId));
  if (isBroken || findings.some(({ severity }) => severity === 'error')) return 'fail';
  const isTroubled = broken.length > 0 || nodes.some(({ status }) => status === 'warn');
  return findings.length > 0 || isTroubled ? 'warn' : 'pass';
}

/** Gives a predicate: whether a node is in a tier, is read by a model in a tier, or tests one of these. */
function matteringNodes({ nodes, unitTests }: Project, tiers: Report['tiers']): (uniqueId: string) => boolean {
  const inTiers = [...nodes.values()].filter(
    (node) => isQueryNode(node) && tiers.some(({ path }) => isBelow(node, path)),
  );
  const parents = parentsOf(nodes);
  const ids = inTiers.map(({ uniqueId }) => uniqueId);
  const needed = new Set([...ids, ...reachable(ids, parents)]);
  return (uniqueId) => {
    const node = nodes.get(uniqueId);
    if (uniqueId.startsWith('operation.')) return true;
    const test = node !== undefined && isTest(node) ? node : unitTests.get(uniqueId);
    return needed.has(uniqueId) || (test?.dependsOn.nodes.some((id) => needed.has(id)) ?? false);
  };
}

/** Results with the names and places of their nodes; results of nodes that the project lacks are left out. */
export function reportedNodes(project: Project, build: readonly BuiltNode[]): readonly ReportedNode[] {
  return build.flatMap((result): ReportedNode[] => {
    const node = project.nodes.get(result.uniqueId);
    const hook = project.operations.find(({ uniqueId }) => uniqueId === result.uniqueId);
    const unitTest = project.unitTests.get(result.uniqueId);
    const { status, message, failures, rows, milliseconds } = result;
    if (unitTest) {
      const { uniqueId, name, location } = unitTest;
      const kind = { resourceType: 'unit test', materialized: 'unit' } as const;
      const remark = message !== undefined && { message };
      return [{ uniqueId, name, ...kind, status, ...remark, milliseconds, location: formatLocation(location) }];
    }
    if (hook) {
      const { uniqueId, name, when, location } = hook;
      const kind = { resourceType: 'hook', materialized: when } as const;
      const remark = message !== undefined && { message };
      return [{ uniqueId, name, ...kind, status, ...remark, milliseconds, location: formatLocation(location) }];
    }
    if (!node) return [];
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
