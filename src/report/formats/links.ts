import type { Location } from '../../location.ts';
import { codeSpan, type Markdown } from '../escape.ts';
import type { Report } from '../report.ts';
import type { Review } from '../review.ts';

/** Path of a file of the project below the root of the repository. */
export function repositoryPath({ folder }: Pick<Report, 'folder'>, file: string): string {
  return folder === undefined ? file : `${folder}/${file}`;
}

/** A path as part of an address, in which nothing of a stranger's name can end a Markdown link. */
function urlPath(path: string): string {
  return path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map((step) => encodeURIComponent(step).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`))
    .join('/');
}

/** A link from `shown` to a line at the judged commit; `shown` alone where no commit is known. */
export function linked(
  shown: Markdown,
  { file, line }: Location,
  report: Report,
  review: Review | undefined,
): Markdown {
  const path = repositoryPath(report, file);
  // A browser would follow dots out of the repository, also escaped ones.
  if (!review || path.split('/').some((step) => /^\.{1,2}$/.test(step))) return shown;
  return `[${shown}](${review.repositoryUrl}/blob/${review.headSha}/${urlPath(path)}#L${line})` as Markdown;
}

/** A link to a commit, whose text is the first seven digits of its id. */
export function commitLink(commit: string, review: Review): Markdown {
  return `[${codeSpan(commit.slice(0, 7))}](${review.repositoryUrl}/commit/${commit})` as Markdown;
}
