import type { Policy } from '../config/fenceline-config.ts';
import { isRootNode } from '../lineage/root-node.ts';
import type { Meta } from '../project/node.ts';
import type { Project } from '../project/project.ts';

/** Counts of a project's marks of personal data, and the tags and keys that look like marks but are none. */
export interface Marks {
  /** Number of columns that YAML marks by themselves. */
  readonly columns: number;
  /** Number of tables that YAML marks as a whole. */
  readonly tables: number;
  readonly nearMisses: readonly NearMiss[];
  /** Severity of a project without any mark; absent where there is a mark, or where the policy allows none. */
  readonly none?: 'error' | 'warning';
}

/** A tag or a key of `meta` that sounds like a mark, on columns that are not personal. */
export interface NearMiss {
  /** `tag pii:email`, `meta masking_policy`. */
  readonly mark: string;
  readonly columns: number;
  /** One of the columns: `app.users.email`. */
  readonly example: string;
  /** Line of YAML below `contract.personal` that makes the tag or key a mark. */
  readonly line: string;
}

/**
 * Counts the marks of a project.
 * @param policy of the contract for a project without marks, or its default
 */
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
      ...tags.filter((tag) => MARK_WORDS.test(tag)).map((tag) => ({ mark: `tag ${tag}`, line: `tags: ["${tag}"]` })),
      ...Object.entries(meta)
        .filter(([key, value]) => MARK_WORDS.test(key) && !NEGATIVE.test(String(value ?? '')))
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
const MARK_WORDS =
  /pii|personal|sensitiv|gdpr|dsgvo|rgpd|confidential|masking|mask_|privacy|phi\b|classification|policy_tag/i;
/** Values of such a key which say that a column is not personal. */
const NEGATIVE = /^(false|no|off|0|none|public|)$/i;
