const ADDRESS = /[^\s@,;:<>()[\]{}"'=&?/\\]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu;

/** Matches addresses of a service, such as `info@`, which belong to no person. */
const SERVICE =
  /^(info|support|no-?reply|do-?not-?reply|sales|admin|office|contact|hello|help|service|billing|postmaster|webmaster|hostmaster|abuse|newsletter|notifications?|alerts?|root|mailer-daemon|marketing|security|team|jobs|press|git|kontakt|contacto|atendimento)@/i;

/**
 * Whether a text holds an e-mail address of a person: alone, with a name in front of it, in `mailto:`, JSON or prose, or
 * with its `@` encoded as in a URL. An account in front of the host of a URL (`postgres://app@db.example`) is none.
 */
export function holdsEmail(value: string): boolean {
  if (!value.includes('@') && !/%40/.test(value)) return false;
  const text = value.replace(/%40/g, '@').replace(/[a-z][a-z0-9+.-]*:\/\/[^\s/]*@/gi, ' ');
  return [...text.matchAll(ADDRESS)].some(
    ([address]) => !SERVICE.test(address) && !/^(v|\d+\.)?\d[\d.]*@/.test(address),
  );
}
