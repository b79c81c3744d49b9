import type { Environment } from '../environment.ts';
import { UserError } from '../user-error.ts';
import { openGit } from './git.ts';

/** The commit and the remote of a checkout; both absent outside of a repository and where git is not installed. */
export interface Checkout {
  /** Id of the commit of HEAD. */
  readonly commit?: string;
  /** Address of `origin`, without the user and password that it may hold. */
  readonly remote?: string;
}

export async function readCheckout(
  directory: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<Checkout> {
  const git = openGit(directory, environment, signal);
  const answer = async (...args: readonly string[]) => {
    const { code, output } = await git(args);
    return code === 0 ? output.toString('utf8').trim() : '';
  };
  try {
    const commit = await answer('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
    const remote = withoutUser(await answer('config', '--get', 'remote.origin.url'));
    return { ...(commit !== '' && { commit }), ...(remote !== undefined && { remote }) };
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}

/** An address without what may be secret in it: user, password, query. A local path says nothing to others. */
export function withoutUser(remote: string): string | undefined {
  const url = /^(https?|ssh|git):\/\/(?:[^/@]*@)*([^/?#]+)(\/[^?#]*)?/.exec(remote);
  if (url) return `${url[1]}://${url[2]}${url[3] ?? ''}`;
  const [, host, path] = /^(?:[^/@:]+@)?([\w.-]+):([^/\\:][^:]*)$/.exec(remote) ?? [];
  return host !== undefined && path !== undefined && host.length > 1 ? `${host}:${path}` : undefined;
}
