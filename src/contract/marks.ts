import type { Policy } from '../config/fenceline-config.ts';
import { isRootNode } from '../lineage/root-node.ts';
import type { Meta } from '../project/node.ts';
import type { Project } from '../project/project.ts';

/** How much of a project is marked as personal, and what looks like a mark and is none. */
export interface Marks {
  /** Columns that YAML marks, and tables that it marks as a whole. */
  readonly columns: number;
  readonly tables: number;
  readonly nearMisses: readonly NearMiss[];
  /** Severity of a project without any mark; absent where there is one, or it is allowed. */
  readonly none?: 'error' | 'warning';
}

/** A tag or a key of `meta` that sounds like a mark, on columns that are not personal. */
export interface NearMiss {
  /** `tag pii:email`, `meta masking_policy`. */
  readonly mark: string;
  readonly columns: number;
  /** One of the columns: `app.users.email`. */
  readonly example: string;
  /** The line that makes it a mark, below `contract.personal`. */
  readonly line: string;
}

/** @param policy of the contract, or its default */
export function readMarks({ sources, nodes, isPersonal }: Project, policy: Policy): Marks {
  const tables = [
    ...[...sources.values()]
      .filter(({ node }) => node === undefined)
      .map((source) => ({
        ...source,
        relation: `${source.sourceName}.${source.name}`,
        isRoot: true,
      })),
    ...[...nodes.values()].map((node) => ({ ...node, relation: node.name, isRoot: isRootNode(node) })),
  ];
  const whole = tables.filter(({ isRoot, tags, meta }) => isRoot && isPersonal(tags, meta));
  const others = tables.filter((table) => !whole.includes(table));
  const columns = others.flatMap((table) =>
    [...table.columns.values()].map((column) => ({ ...column, relation: table.relation })),
  );
  const marked = columns.filter(({ tags, meta }) => isPersonal(tags, meta));
  const isNone = marked.length + whole.length === 0 && policy !== 'allow';
  return {
    columns: marked.length,
    tables: whole.length,
    nearMisses: nearMisses(columns.filter((column) => !marked.includes(column))),
    ...(isNone && { none: policy === 'error' ? ('error' as const) : ('warning' as const) }),
  };
}

interface Described {
  readonly relation: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly meta: Meta;
}

function nearMisses(columns: readonly Described[]): readonly NearMiss[] {
  const found = new Map<string, NearMiss>();
  for (const { relation, name, tags, meta } of columns) {
    const near = [
      ...tags.filter((tag) => SOUNDS.test(tag)).map((tag) => ({ mark: `tag ${tag}`, line: `tags: ["${tag}"]` })),
      ...Object.entries(meta)
        .filter(([key, value]) => SOUNDS.test(key) && !NO.test(String(value ?? '')))
        .map(([key]) => ({ mark: `meta ${key}`, line: `meta: {"${key}": true}` })),
    ];
    for (const { mark, line } of near) {
      const first = found.get(mark);
      found.set(mark, {
        mark,
        line,
        columns: (first?.columns ?? 0) + 1,
        example: first?.example ?? `${relation}.${name}`,
      });
    }
  }
  return [...found.values()];
}

/** Words that teams use for personal data in tags and keys. */
const SOUNDS =
  /pii|personal|sensitiv|gdpr|dsgvo|rgpd|confidential|masking|mask_|privacy|phi\b|classification|policy_tag/i;
const NO = /^(false|no|off|0|none|public|)$/i;
