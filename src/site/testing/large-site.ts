import type { Site, SiteColumn, SiteColumnRef, SiteFinding, SiteHop, SiteNode } from '../site.ts';

const COLUMNS = 20;
const PERSONAL = 3;

/**
 * A project of five layers with this many models of 20 columns, three of which are personal in half of the models. One
 * model of the tier `safe` leaks. The same on every machine.
 */
export function largeSite(models: number): Site {
  const next = random(models);
  const pick = (below: number) => Math.floor(next() * below);
  const nodes: SiteNode[] = [];
  const hops: SiteHop[] = [];
  const sources = Math.max(2, Math.round(models / 20));
  for (let index = 0; index < sources; index++) nodes.push(source(index));
  const shares = [0.2, 0.3, 0.25, 0.25].map((share) => Math.max(1, Math.floor(models * share)));
  let before = [...nodes.keys()];
  let below = before;
  for (const [layer, name] of ['staging', 'intermediate', 'core', 'marts'].entries()) {
    const own: number[] = [];
    const count = layer === 3 ? models - (nodes.length - sources) : (shares[layer] ?? 1);
    for (let index = 0; index < count; index++) {
      const parents = [...new Set([0, 1].slice(0, layer === 0 ? 1 : 2).map(() => below[pick(below.length)] ?? 0))];
      own.push(nodes.length);
      addModel({ layer: name, index, parents, isLeaking: layer === 3 && index === 0, nodes, hops, pick });
    }
    before = [...before, ...own];
    below = own;
  }
  const tiers = ['safe', 'restricted'].map((name) => ({
    name,
    path: `marts/${name}`,
    allow: name === 'safe' ? ('pseudonymous' as const) : ('clear' as const),
    models: nodes.filter(({ tier }) => tier === name).length,
  }));
  const leak = leakOf(nodes, hops);
  return {
    version: 1,
    tool: 'fenceline 0.0.0',
    project: 'large',
    verdict: leak ? 'fail' : 'pass',
    run: { kind: 'check', started: '2026-11-25T12:00:00.000Z', leftOut: [], untriedFixes: 0 },
    marks: { columns: sources * PERSONAL, tables: 0 },
    coverage: { traced: 5 * COLUMNS, total: 5 * COLUMNS },
    tiers,
    nodes,
    hops,
    masks: [],
    exposures: [],
    findings: leak ? [leak] : [],
    waived: [],
  };
}

/** Numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const TYPES = ['email', 'phone', 'name'];

function columnNames(isMarked: boolean): readonly SiteColumn[] {
  return Array.from({ length: COLUMNS }, (_, index) => ({
    name: index < PERSONAL ? (TYPES[index] ?? 'pii') : `column_${index}`,
    type: 'VARCHAR',
    ...(isMarked &&
      index < PERSONAL && { tags: ['pii'], piiType: TYPES[index] ?? 'pii', declared: 'models/_sources.yml:8:11' }),
  }));
}

function source(index: number): SiteNode {
  return {
    id: `source.large.raw.t${index}`,
    name: `raw.t${index}`,
    kind: 'source',
    folder: 'raw',
    file: 'models/_sources.yml',
    package: 'large',
    status: 'traced',
    tags: [],
    parents: [],
    columns: columnNames(true),
    tests: [],
  };
}

interface NewModel {
  readonly layer: string;
  readonly index: number;
  readonly parents: readonly number[];
  readonly isLeaking: boolean;
  readonly nodes: SiteNode[];
  readonly hops: SiteHop[];
  readonly pick: (below: number) => number;
}

function addModel({ layer, index, parents, isLeaking, nodes, hops, pick }: NewModel): void {
  const at = nodes.length;
  const name = `${layer}_${index}`;
  const tier = layer === 'marts' ? (isLeaking || index % 5 !== 4 ? 'safe' : 'restricted') : undefined;
  // A safe mart, but for the one that leaks, and half of the other models take no personal column.
  const isPersonal = isLeaking || (tier === 'safe' ? false : layer === 'staging' || pick(2) === 0);
  const columns = columnNames(false).map((column, place): SiteColumn => {
    const parent = parents[place % parents.length] ?? 0;
    const from = isPersonal && place < PERSONAL ? firstPersonal(nodes, parent, place) : -1;
    const source = from >= 0 ? from : PERSONAL + ((place + index) % (COLUMNS - PERSONAL));
    const origin = nodes[parent]?.columns[source];
    const held: SiteColumnRef | undefined =
      origin?.holds?.[0]?.source ?? (origin?.piiType ? [parent, source] : undefined);
    const holds = from >= 0 ? held : undefined;
    hops.push({
      from: [parent, source],
      to: [at, place],
      kind: 'IDENTITY',
      state: 'clear',
      at: [place + 2, 5],
      expression: origin?.name ?? '',
    });
    return { ...column, ...(holds && { holds: [{ source: holds, state: 'clear' as const }] }) };
  });
  nodes.push({
    id: `model.large.${name}`,
    name,
    kind: 'model',
    folder: tier === undefined ? `${layer}/team_${index % 7}` : `marts/${tier}`,
    file: `models/${layer}/${name}.sql`,
    package: 'large',
    materialized: 'table',
    ...(tier !== undefined && { tier }),
    status: 'traced',
    tags: [],
    parents,
    columns,
    tests: [],
    sql: `select\n${columns.map((column) => `    ${column.name}`).join(',\n')}\nfrom {{ ref('${nodes[parents[0] ?? 0]?.name}') }}\n`,
  });
}

function firstPersonal(nodes: readonly SiteNode[], parent: number, place: number): number {
  const column = nodes[parent]?.columns[place];
  return column?.holds !== undefined || column?.piiType !== undefined ? place : -1;
}

/** The finding about the model that leaks; absent where its sources happen to hold no personal column. */
function leakOf(nodes: readonly SiteNode[], hops: readonly SiteHop[]): SiteFinding | undefined {
  const node = nodes.findIndex(
    ({ tier, columns }) => tier === 'safe' && columns.some(({ holds }) => holds !== undefined),
  );
  const column = nodes[node]?.columns.findIndex(({ holds }) => holds !== undefined) ?? -1;
  const name = nodes[node]?.columns[column]?.name;
  if (name === undefined) return undefined;
  const path: SiteHop[] = [];
  for (let to: SiteColumnRef = [node, column]; ; ) {
    const hop = hops.find((one) => one.to[0] === to[0] && one.to[1] === to[1]);
    if (!hop) break;
    path.unshift(hop);
    to = hop.from;
  }
  return {
    rule: 'pii-in-tier',
    severity: 'error',
    judgement: 'leak',
    problem: `${nodes[node]?.name}.${name} carries a personal column in clear form; tier safe allows pseudonymous`,
    fix: 'leave the column out',
    place: `${nodes[node]?.file}:2:5`,
    node,
    column: name,
    ...(path[0] && { source: path[0].from }),
    piiType: name,
    state: 'clear',
    tier: 'safe',
    allow: 'pseudonymous',
    steps: path.map(({ to, kind, expression, at }) => ({
      node: to[0],
      column: nodes[to[0]]?.columns[to[1]]?.name ?? '',
      kind,
      state: 'clear',
      expression,
      place: `${nodes[to[0]]?.file}:${at.join(':')}`,
    })),
  };
}
