import type { ProjectFiles } from '../../config/project-files.ts';
import { parseTemplate, type TemplateBlock } from '../../jinja/syntax/parse-template.ts';
import { CROSS_DATABASE_MACROS } from '../builtin/cross-database.ts';
import { HOOK_MACROS } from '../builtin/hooks.ts';
import { NAME_MACROS } from '../builtin/names.ts';
import { SERIES_MACROS } from '../builtin/series.ts';
import { TEST_MACROS } from '../builtin/tests.ts';
import { BUILTIN_PACKAGE, type MacroDefinition } from '../context/macro-library.ts';
import type { Mistakes } from './mistakes.ts';
import { listPackageFiles, type Package } from './packages.ts';

const BUILTIN_FILES = {
  'hooks.sql': HOOK_MACROS,
  'names.sql': NAME_MACROS,
  'tests.sql': TEST_MACROS,
  'cross-database.sql': CROSS_DATABASE_MACROS,
  'series.sql': SERIES_MACROS,
};

/** The built-in macros, which every project has, in the package `dbt`. */
export function builtinMacros(): readonly MacroDefinition[] {
  return Object.entries(BUILTIN_FILES).flatMap(([name, text]) =>
    macrosOf(parseTemplate({ file: `dbt/${name}`, text }).blocks, BUILTIN_PACKAGE),
  );
}

export interface MacroFiles {
  readonly macros: readonly MacroDefinition[];
  /** `{% materialization … %}` blocks. */
  readonly materializations: readonly TemplateBlock[];
}

/** Reads the macros of a package, from its macro folders and from the folders `generic` in its test folders. */
export async function readMacros(files: ProjectFiles, source: Package, mistakes: Mistakes): Promise<MacroFiles> {
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
    found.map(({ file }) => mistakes.during(() => parseTemplate({ file, text: files.read(file) }).blocks)),
  );
  const blocks = read.flatMap((ofFile) => ofFile ?? []);
  const all = macrosOf(blocks, source.name);
  noteDuplicates(all, mistakes);
  return { macros: all, materializations: blocks.filter(({ kind }) => kind === 'materialization') };
}

function macrosOf(blocks: readonly TemplateBlock[], packageName: string): readonly MacroDefinition[] {
  return blocks.flatMap((block) => {
    const name = macroName(block);
    if (name === undefined) return [];
    const { location, source } = block;
    return [{ uniqueId: `macro.${packageName}.${name}`, name, packageName, location, rawCode: source, block }];
  });
}

/** The name of the macro in a block: `test_<name>` for a generic test (dbt); `undefined` for a block that is no macro. */
function macroName({ kind, name }: TemplateBlock): string | undefined {
  if (kind === 'macro') return name;
  return kind === 'test' ? `test_${name}` : undefined;
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
