import type { ContractConfig, MaskConfig } from '../../config/fenceline-config.ts';
import type { Finding } from '../../contract/finding.ts';
import { maskTargets } from '../../contract/masks/attack-masks.ts';
import type { Lineage } from '../../lineage/flow.ts';
import { formatLocation } from '../../location.ts';
import type { Project } from '../../project/project.ts';
import { findingText } from '../../report/words/finding-text.ts';
import type { SiteAttack, SiteMask } from '../../site/site.ts';
import { unreachable } from '../../unreachable.ts';

interface MaskedProject {
  readonly project: Project;
  readonly contract: ContractConfig;
  readonly lineage: Lineage;
  readonly findings: readonly Finding[];
}

/** The declared masks, and which attacks each withstood. Every run and check attacks every mask. */
export function siteMasks(masked: MaskedProject): readonly SiteMask[] {
  const targets = maskTargets(masked);
  return masked.contract.masks.map((mask) => {
    const own = targets.filter((target) => target.mask === mask);
    const findings = masked.findings.filter(isMaskFinding).filter(({ macro }) => macro === mask.macro);
    const isUnknown = findings.some(({ rule, ...of }) => 'exposure' in of && of.exposure.how === 'unknown');
    const isFailed = findings.some(({ severity }) => severity === 'error');
    return {
      name: mask.macro,
      yields: mask.yields,
      ...(mask.secret !== undefined && { secret: mask.secret }),
      places: own.map(({ macro }) => formatLocation(macro.location)),
      kinds: [...new Set(own.flatMap(({ kinds }) => [...kinds]))],
      result:
        isUnknown || own.length === 0 ? 'unknown' : isFailed ? 'failed' : findings.length > 0 ? 'warned' : 'withstood',
      attacks: isUnknown || own.length === 0 ? [] : attacksOn(mask, findings),
    };
  });
}

type MaskFinding = Extract<Finding, { rule: 'unverified-mask' | 'weak-mask-secret' }>;

function isMaskFinding(finding: Finding): finding is MaskFinding {
  return finding.rule === 'unverified-mask' || finding.rule === 'weak-mask-secret';
}

/**
 * The attacks on a mask, each with its result. A mask that declares `partial` may leave a piece of the value. The worst
 * exposure is tested first. Where it is found, the milder ones are not tested, and so not listed.
 */
function attacksOn({ yields }: MaskConfig, findings: readonly MaskFinding[]): readonly SiteAttack[] {
  const found = new Map(findings.map((finding) => [attackOf(finding), finding]));
  const exposures = ['kept', 'decoded', 'guessed', ...(yields === 'partial' ? [] : (['piece'] as const))] as const;
  const worst = exposures.findIndex((name) => found.has(name));
  const names = [...exposures.slice(0, worst === -1 ? undefined : worst + 1), 'colliding', 'secret'] as const;
  return names.map((name) => {
    const finding = found.get(name);
    return { name, withstood: finding === undefined, ...(finding && { problem: findingText(finding).problem }) };
  });
}

/** The attack that gave a finding. A mask that leaves more than it declares in any other way leaves a piece. */
function attackOf(finding: MaskFinding): SiteAttack['name'] | undefined {
  if (finding.rule === 'weak-mask-secret') return 'secret';
  const { how } = finding.exposure;
  switch (how) {
    case 'kept':
    case 'decoded':
    case 'guessed':
    case 'colliding':
      return how;
    case 'piece':
    case 'linked':
    case 'grouped':
    case 'nothing':
      return 'piece';
    case 'unknown':
      return undefined;
    default:
      return unreachable(how);
  }
}
