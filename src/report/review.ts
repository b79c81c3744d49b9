/** The pull request or commit on whose page a report is shown: links and names of commits are made from it. */
export interface Review {
  /** Address of the repository with the judged commit: `https://github.com/clinic/analytics`. */
  readonly repositoryUrl: string;
  /** The judged commit. */
  readonly headSha: string;
  /** Name of the branch that the base is on; `undefined` where only its commit is known. */
  readonly baseName: string | undefined;
  /** Whether the step fails: old findings alone need not fail it. */
  readonly fails: boolean;
  /** The run that wrote the report, where it is not this one: it may have run a stranger's code. */
  readonly reportedBy?: { readonly repository: string; readonly url: string };
}
