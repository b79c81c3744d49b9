import { useLayoutEffect, useState } from 'preact/hooks';

/** A view with its subject, from the part of the address behind `#`. */
export interface Route {
  readonly view: string;
  /** `stg_users.email` of `#/column/stg_users.email`. */
  readonly subject: string;
  /** The settings of the graph: the text behind `?`. */
  readonly query: string;
}

function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const slash = path.indexOf('/');
  const subject = slash < 0 ? '' : path.slice(slash + 1);
  return {
    view: slash < 0 ? path : path.slice(0, slash),
    subject: decode(subject),
    query,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A `%` that encodes nothing: the text is shown as it is, and found or not.
    return text;
  }
}

/** The route of the address; it follows back and forward. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useLayoutEffect(() => {
    const follow = () => {
      // Any other address is a place in this view: the link that skips to the content.
      if (/^#\/|^#?$/.test(location.hash)) setRoute(readRoute(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
