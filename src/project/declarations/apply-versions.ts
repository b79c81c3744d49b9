import { didYouMean } from '../../nearest-name.ts';
import type { Draft, Drafts } from '../load/draft.ts';
import type { Mistakes } from '../load/mistakes.ts';
import type { Declarations } from './declarations.ts';
import type { DeclaredVersion } from './read-versions.ts';

/**
 * Renames the draft of each file with a version of a model to `<model>.v<version>` (dbt: ModelPatchParser). The file is
 * `defined_in`, else `<model>_v<version>`, or the plain name of the model for its latest version. A version without a file
 * is a mistake.
 */
export function applyVersions({ drafts, broken }: Drafts, { patches }: Declarations, mistakes: Mistakes): Drafts {
  const made = new Map<Draft, Draft>();
  const brokenModels: string[] = [];
  for (const patch of patches) {
    const { version } = patch;
    if (!version) continue;
    const names = fileNames(version);
    const models = drafts.filter(({ kind }) => kind === 'model');
    const draft = names.flatMap((name) => models.filter((candidate) => candidate.name === name))[0];
    if (draft) {
      made.set(draft, asVersion(draft, patch.name, version));
    } else if (names.some((name) => broken.includes(name))) {
      brokenModels.push(version.model);
    } else {
      const [name = ''] = names;
      const modelNames = models.map((model) => model.name);
      mistakes.push({
        code: 'missing-version',
        message: `version ${version.v} of ${version.model} has no file ${name}.sql.${didYouMean(name, modelNames)}`,
        location: patch.location,
        fix: `create ${name}.sql in a model folder, or say with defined_in which file it is`,
      });
      brokenModels.push(version.model);
    }
  }
  return { drafts: drafts.map((draft) => made.get(draft) ?? draft), broken: [...broken, ...brokenModels] };
}

function fileNames({ model, v, latest, definedIn }: DeclaredVersion): readonly string[] {
  const own = definedIn ?? `${model}_v${v}`;
  return v === latest ? [own, model] : [own];
}

function asVersion(draft: Draft, name: string, { model, v, latest }: DeclaredVersion): Draft {
  return {
    ...draft,
    name,
    uniqueId: `model.${draft.package.name}.${name}`,
    fqn: [...draft.fqn.slice(0, -1), model, `v${v}`],
    version: { model, v, latest },
  };
}
