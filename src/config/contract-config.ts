import type { ContractConfig } from './fenceline-config.ts';
import type { YamlDocument } from './read-yaml.ts';
import type { WrittenConfig } from './written-config.ts';

/** `contract` of a `fenceline.yml` with every default. */
export function contractConfig(written: WrittenConfig['contract'], document: YamlDocument): ContractConfig {
  const { tiers, masks = {}, personal = {}, indirect = {}, undeclared_columns = 'warn', verify = {} } = written;
  const { waivers = [], approvers = [] } = written;
  return {
    tiers: Object.entries(tiers).map(([name, { path, allow }]) => ({
      name,
      path: path.replace(/^\/+|\/+$/g, ''),
      allow,
      location: document.locate(['contract', 'tiers', name], 'key'),
    })),
    masks: Object.entries(masks).map(([macro, { yields, secret }]) => ({
      macro,
      yields,
      secret,
      location: document.locate(['contract', 'masks', macro], 'key'),
    })),
    personal: {
      tags: personal.tags ?? [],
      meta: personal.meta ?? {},
      columns: personal.columns,
      none: personal.none,
    },
    indirect: {
      filter: indirect.filter ?? 'warn',
      join: indirect.join ?? 'allow',
      groupBy: indirect.group_by ?? 'warn',
      sort: indirect.sort ?? 'allow',
      window: indirect.window ?? 'warn',
      conditional: indirect.conditional ?? 'error',
      equality: indirect.equality ?? 'error',
    },
    undeclaredColumns: undeclared_columns,
    verify: {
      values: verify.values ?? true,
      minGroupSize: verify.min_group_size,
      smallGroups: verify.small_groups ?? 'error',
      ...(verify.rows !== undefined && { rows: verify.rows }),
      ...(verify.cells !== undefined && { cells: verify.cells }),
    },
    waivers: waivers.map((waiver, index) => ({ ...waiver, location: document.locate(['contract', 'waivers', index]) })),
    approvers,
  };
}
