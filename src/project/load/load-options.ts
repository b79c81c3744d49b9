import type { ProjectFiles } from '../../config/project-files.ts';
import type { DbtCommand } from '../context/dbt-command.ts';
import type { PersonalMarks } from '../personal.ts';

export interface LoadOptions {
  readonly files: ProjectFiles;
  /** Vars of the command line, which go before those of dbt_project.yml. */
  readonly vars: { readonly [name: string]: unknown };
  /** In the place of the profile that dbt_project.yml names. */
  readonly profileName?: string | undefined;
  /** The profile's own default when absent. */
  readonly targetName: string | undefined;
  /** Folders that may hold profiles.yml, in order. */
  readonly profilesDirectories: readonly string[];
  readonly environment: { readonly [name: string]: string | undefined };
  /** Whether templates may read an environment variable. */
  readonly isVisibleVariable: (name: string) => boolean;
  readonly threads?: number | undefined;
  /** Absent: only the marks that always count. */
  readonly personal?: PersonalMarks;
  /** Absent: `BUILD_ALL`. */
  readonly command?: DbtCommand | undefined;
}
