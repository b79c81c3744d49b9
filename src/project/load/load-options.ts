import type { ProjectFiles } from '../../config/project-files.ts';
import type { DbtCommand } from '../context/dbt-command.ts';
import type { PersonalMarks } from '../personal.ts';

export interface LoadOptions {
  readonly files: ProjectFiles;
  /** Vars of the command line, which override those of dbt_project.yml. */
  readonly vars: { readonly [name: string]: unknown };
  /** Name of the profile; absent: the one that dbt_project.yml names. */
  readonly profileName?: string | undefined;
  /** Name of the target; `undefined`: the default of the profile. */
  readonly targetName: string | undefined;
  /** Folders in which profiles.yml is searched, in this order. */
  readonly profilesDirectories: readonly string[];
  readonly environment: { readonly [name: string]: string | undefined };
  /** Whether templates may read an environment variable. */
  readonly isVisibleVariable: (name: string) => boolean;
  readonly threads?: number | undefined;
  /** Marks of personal columns; absent: only the ones that always count. */
  readonly personal?: PersonalMarks;
  /**
   * Names of dbt vars that are secrets of masks. While the project is loaded a stand-in takes the place of each, so that
   * no name, schema, tag, description or profile can hold a part of one. Absent: none.
   */
  readonly secretVars?: readonly string[];
  /** The command that templates see; absent: `BUILD_ALL`. */
  readonly command?: DbtCommand | undefined;
  /** `leave-out`: nodes that need a package which is not installed are left out; absent: the project does not load, as in dbt. */
  readonly missingPackages?: 'leave-out' | undefined;
}
