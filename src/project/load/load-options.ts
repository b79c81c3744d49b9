import type { ProjectFiles } from '../../config/project-files.ts';

export interface LoadOptions {
  readonly files: ProjectFiles;
  /** From the command line; they win over those of dbt_project.yml. */
  readonly vars: { readonly [name: string]: unknown };
  /** The profile's own default when absent. */
  readonly targetName: string | undefined;
  /** Where profiles.yml is looked for, in order. */
  readonly profilesDirectories: readonly string[];
  readonly environment: { readonly [name: string]: string | undefined };
  /** Whether templates may read an environment variable. */
  readonly isVisibleVariable: (name: string) => boolean;
  readonly threads?: number | undefined;
}
