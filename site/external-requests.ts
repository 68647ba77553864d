/** Elements that a browser loads by themselves. A link that somebody follows is none of them. */
const LOADING =
  /<(?:link|script|img|iframe|source|video|audio|object|embed)\b[^>]*?\s(?:src|href|srcset|data)="((?:https?:)?\/\/[^"]*)"/g;
const STYLE = /(?:url\(\s*|@import\s+)["']?((?:https?:)?\/\/[^"')\s]*)/g;

/** The addresses on other servers that a browser loads with a page or a style sheet of the site. */
export function externalRequestsOf(text: string): string[] {
  return [LOADING, STYLE].flatMap((pattern) => [...text.matchAll(pattern)].map(([, address]) => address!));
}
