import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPipeline } from '../../src/pipeline/pipeline.ts';
import { optionsFor } from '../../src/pipeline/testing/repository.ts';
import type { Report } from '../../src/report/report.ts';

// Small projects that rebuild what users of comparable tools have reported. Each is written as somebody who has never
// heard of Fenceline writes one, and goes through the gate as it is.

const ROWS = {
  select: [],
  exclude: [],
  fullRefresh: false,
  postgres: { mode: 'auto', url: undefined, version: undefined, setup: undefined },
} as const;

/** A project with one schema has a warning of `pii-in-schema` where a source is personal. */
const cases: readonly {
  readonly folder: string;
  readonly verb: 'check' | 'run';
  readonly verdict: Report['verdict'];
  /** `rule model.column`. */
  readonly finds?: readonly string[];
  readonly leftOut?: readonly string[];
  readonly none?: 'error' | 'warning';
  readonly nearMisses?: number;
}[] = [
  { folder: 'z01_no_sync', verb: 'check', verdict: 'warn', none: 'warning', finds: hints(1) },
  { folder: 'z01_no_sync', verb: 'run', verdict: 'fail', none: 'error', finds: hints(1) },
  {
    folder: 'd03b_convention_check',
    verb: 'check',
    verdict: 'warn',
    none: 'warning',
    nearMisses: 3,
    finds: hints(1),
  },
  { folder: 'c09_width_bucket_none', verb: 'check', verdict: 'warn', none: 'warning', finds: hints(3) },
  { folder: 'a05_rowpick', verb: 'check', verdict: 'warn', finds: ['pii-in-schema'] },
  { folder: 'b07_hook_macro', verb: 'check', verdict: 'fail', finds: ['pii-in-tier m.x', 'pii-in-schema'] },
  { folder: 'b05b_external_cfg', verb: 'check', verdict: 'fail', finds: ['pii-in-tier m.email', 'pii-in-schema'] },
  { folder: 'b05b_external_cfg', verb: 'run', verdict: 'fail', finds: ['pii-in-tier m.email', 'pii-in-schema'] },
  { folder: 'g01_external', verb: 'run', verdict: 'warn', finds: ['pii-in-schema'] },
  { folder: 'd02_database', verb: 'run', verdict: 'warn', finds: ['pii-in-schema'] },
  { folder: 'g04_attach_like_two_schemas', verb: 'run', verdict: 'pass' },
  { folder: 'b11_date_spine_run_query', verb: 'check', verdict: 'warn', finds: ['pii-in-schema'] },
  {
    folder: 'f02_on_run_end',
    verb: 'check',
    verdict: 'warn',
    finds: ['pii-in-schema'],
    leftOut: ['1 hook that grants rights'],
  },
  { folder: 'f04_unit_test', verb: 'check', verdict: 'warn', finds: ['pii-in-schema'] },
  { folder: 'd04_model_sql_error_outside', verb: 'check', verdict: 'warn', finds: ['pii-in-schema'] },
  { folder: 'd06_json_path', verb: 'check', verdict: 'warn', finds: ['pii-in-schema'] },
  { folder: 'd06_json_path', verb: 'run', verdict: 'warn', finds: ['pii-in-schema'] },
  // The warning of three towns that are surnames.
  { folder: 'e06b_no_city_people', verb: 'run', verdict: 'warn', finds: ['pii-in-schema', 'value-leak m.city'] },
  {
    folder: 'e04_formats',
    verb: 'run',
    verdict: 'fail',
    finds: ['value-leak m.born_us', 'value-leak m.page', 'pii-in-schema', ...hints(2)],
  },
  {
    folder: 'z02_detection',
    verb: 'run',
    verdict: 'fail',
    none: 'error',
    finds: hints(8),
  },
  {
    folder: 'e01_empty_named',
    verb: 'run',
    verdict: 'fail',
    none: 'error',
    finds: hints(4),
  },
  {
    folder: 'e01_empty_named',
    verb: 'check',
    verdict: 'warn',
    none: 'warning',
    finds: hints(4),
  },
  { folder: 'e03_named_but_not', verb: 'check', verdict: 'warn', none: 'warning' },
  { folder: 'e03_named_but_not', verb: 'run', verdict: 'fail', none: 'error' },
  {
    folder: 'h01_model_reads_file',
    verb: 'run',
    verdict: 'fail',
    finds: ['pii-in-tier leak.email', 'value-leak leak.email', 'pii-in-schema'],
  },
  { folder: 'f08_dup_yaml_key', verb: 'check', verdict: 'warn', finds: ['pii-in-schema'] },
];

test.each(cases)(
  '$folder: $verb',
  async ({ folder, verb, verdict, finds = [], leftOut = [], none, nearMisses = 0 }) => {
    const directory = mkdtempSync(join(tmpdir(), 'fenceline-stranger-'));
    try {
      cpSync(join(import.meta.dirname, folder), directory, { recursive: true });
      const rows = verb === 'run' ? ROWS : undefined;
      const { report } = await runPipeline({ ...optionsFor(directory), rows });

      const found = report.findings.map((finding) => {
        const column = 'column' in finding && finding.column !== undefined ? `.${finding.column}` : '';
        return 'model' in finding ? `${finding.rule} ${finding.model}${column}` : finding.rule;
      });
      expect({ verdict: report.verdict, found }).toEqual({ verdict, found: finds });
      expect((report.leftOut ?? []).map(({ what, names }) => `${names.length} ${what}`)).toEqual(leftOut);
      expect(report.marks?.none).toBe(none);
      expect(report.marks?.nearMisses).toHaveLength(nearMisses);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

/** So many columns that look personal and are not tagged. */
function hints(count: number): readonly string[] {
  return Array.from({ length: count }, () => 'untagged-pii');
}
