import { EnvironmentError } from '../environment-error.ts';
import { isRecord, openGitHub, UnexpectedAnswer } from './client.ts';
import type { RemoteFile } from './inputs.ts';

/** A `fenceline.yml` of another repository. */
export interface RemotePolicy {
  /** `clinic/policies/privacy.yml@3f2c1d0`: its place, and the commit that its ref leads to. */
  readonly shown: string;
  readonly text: string;
}

/** The longest wait for GitHub to send the policy. */
const POLICY_MILLISECONDS = 60_000;

/**
 * Reads the policy at the commit that its ref leads to now. The report names this commit.
 * @throws {EnvironmentError} where GitHub does not give it: without the policy there is no verdict
 */
export async function readPolicy(
  { owner, repo, path, ref }: RemoteFile,
  { token, apiUrl, signal }: { readonly token: string; readonly apiUrl: string; readonly signal: AbortSignal },
): Promise<RemotePolicy> {
  try {
    const client = openGitHub({ token, apiUrl, signal, milliseconds: POLICY_MILLISECONDS });
    const commit: unknown = (await client.rest.repos.getCommit({ owner, repo, ref })).data;
    const sha = isRecord(commit) ? commit['sha'] : undefined;
    if (typeof sha !== 'string' || !/^[0-9a-f]{40,64}$/.test(sha)) throw new UnexpectedAnswer('a commit without an id');
    const file: unknown = (await client.rest.repos.getContent({ owner, repo, path, ref: sha })).data;
    if (!isRecord(file) || typeof file['content'] !== 'string' || file['encoding'] !== 'base64') {
      throw new UnexpectedAnswer('no file');
    }
    const text = Buffer.from(file['content'], 'base64').toString('utf8');
    return { shown: `${owner}/${repo}/${path}@${sha.slice(0, 7)}`, text };
  } catch (cause) {
    signal.throwIfAborted();
    throw new EnvironmentError(
      `the policy ${owner}/${repo}/${path}@${ref} cannot be read from GitHub`,
      'name a file and ref that are there, and give github-token a token that may read that repository',
      { cause },
    );
  }
}
