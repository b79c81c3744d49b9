import type { ProjectFiles } from '../../config/project-files.ts';
import { parseTemplate, type TemplateBlock } from '../../jinja/syntax/parse-template.ts';
import { CROSS_DATABASE_MACROS } from '../builtin/cross-database.ts';
import { NAME_MACROS } from '../builtin/names.ts';
import { SERIES_MACROS } from '../builtin/series.ts';
import { TEST_MACROS } from '../builtin/tests.ts';
import { BUILTIN_PACKAGE, type MacroDefinition } from '../context/macro-library.ts';
import type { Mistakes } from './mistakes.ts';
import { listPackageFiles, type Package } from './packages.ts';

const BUILTIN_FILES = {
  'names.sql': NAME_MACROS,
  'tests.sql': TEST_MACROS,
  'cross-database.sql': CROSS_DATABASE_MACROS,
  'series.sql': SERIES_MACROS,
};

/** The macros every project has (dbt.md 3). */
export function builtinMacros(): readonly MacroDefinition[] {
  return Object.entries(BUILTIN_FILES).flatMap(([name, text]) =>
    macrosOf(parseTemplate({ file: `dbt/${name}`, text }).blocks, BUILTIN_PACKAGE),
  );
}

/** Macros and generic tests of a package: from its macro folders and from `tests/generic`. */
export async function readMacros(
  files: ProjectFiles,
  source: Package,
  mistakes: Mistakes,
): Promise<readonly MacroDefinition[]> {
  const { macros, tests } = source.config.paths;
  const found = [
    ...listPackageFiles(files, source, macros, ['.sql']),
    ...listPackageFiles(
      files,
      source,
      tests.map((path) => `${path}/generic`),
      ['.sql'],
    ),
  ];
  const read = await Promise.all(
    found.map(({ file }) =>
      mistakes.during(() => {
        const { blocks } = parseTemplate({ file, text: files.read(file) });
        refuseMaterializations(blocks, mistakes);
        return macrosOf(blocks, source.name);
      }),
    ),
  );
  const all = read.flatMap((macros) => macros ?? []);
  noteDuplicates(all, mistakes);
  return all;
}

function macrosOf(blocks: readonly TemplateBlock[], packageName: string): readonly MacroDefinition[] {
  return blocks.flatMap((block) => {
    const name = macroName(block);
    if (name === undefined) return [];
    const { location, source } = block;
    return [{ uniqueId: `macro.${packageName}.${name}`, name, packageName, location, rawCode: source, block }];
  });
}

/** dbt: a generic test is the macro `test_<name>`. Materializations, snapshots and docs are no macros of a template. */
function macroName({ kind, name }: TemplateBlock): string | undefined {
  if (kind === 'macro') return name;
  return kind === 'test' ? `test_${name}` : undefined;
}

/** Those of other names are refused where a model uses one. */
const OWN_MATERIALIZATIONS: ReadonlySet<string> = new Set([
  'view',
  'table',
  'incremental',
  'ephemeral',
  'seed',
  'snapshot',
  'test',
]);

/** One that takes the place of dbt's would build other tables than the contract is proven of. */
function refuseMaterializations(blocks: readonly TemplateBlock[], mistakes: Mistakes): void {
  for (const { kind, name, location } of blocks) {
    if (kind !== 'materialization' || !OWN_MATERIALIZATIONS.has(name)) continue;
    mistakes.push({
      code: 'not-supported',
      message: `a materialization '${name}' of the project's own is not supported by this version of Fenceline.`,
      location,
      fix: 'take it out',
    });
  }
}

function noteDuplicates(macros: readonly MacroDefinition[], mistakes: Mistakes): void {
  const seen = new Map<string, MacroDefinition>();
  for (const macro of macros) {
    const first = seen.get(macro.uniqueId);
    if (first) {
      mistakes.push({
        code: 'duplicate-name',
        message: `there are two macros '${macro.name}': the other is in ${first.location.file}:${first.location.line}.`,
        location: macro.location,
        fix: 'rename or remove one of them',
      });
    }
    seen.set(macro.uniqueId, macro);
  }
}
