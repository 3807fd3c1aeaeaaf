export type Pages = {
  /** There is a page after this one. */
  readonly more: boolean;
  /** The number of the last page, where GitHub says it. */
  readonly last: number | undefined;
  /** Where the next page begins, of listings that have no numbers. */
  readonly cursor?: string | undefined;
};

/** Where a renamed repository answers now: GitHub leads to `/repositories/ID/…`. Undefined when it leads to anything else. */
export function homeOf(scope: { readonly id?: number }, path: string, location: unknown): string | undefined {
  const found = /\/repositories\/(\d+)((?:\/[^?]*)?(?:\?.*)?)$/.exec(String(location ?? ''));
  if (!found || scope.id === undefined || Number(found[1]) !== scope.id) return undefined;
  const rest = path.replace(/^\/repos\/[^/]+\/[^/?]+/, '');
  return found[2]!.split('?')[0] === rest.split('?')[0] ? `/repositories/${scope.id}${rest}` : undefined;
}

export function pagesOf(link: unknown): Pages {
  const text = typeof link === 'string' ? link : '';
  const last = /[?&]page=(\d+)[^>]*>; rel="last"/.exec(text)?.[1];
  const cursor = /[?&]cursor=([^&>]+)[^>]*>; rel="next"/.exec(text)?.[1];
  const more = text.includes('rel="next"');
  return {
    more,
    last: last === undefined ? undefined : Number(last),
    ...(cursor === undefined ? {} : { cursor: decodeURIComponent(cursor) }),
  };
}

export const pageOf = (path: string, page: number): string =>
  `${path}${path.includes('?') ? '&' : '?'}per_page=100${page > 1 ? `&page=${page}` : ''}`;

/** `/repos/OWNER/NAME` and what follows, each part escaped. */
export const repoPath = (repo: { readonly owner: string; readonly name: string }, ...rest: readonly (string | number)[]): string =>
  `/repos/${[repo.owner, repo.name, ...rest].map((part) => encodeURIComponent(part)).join('/')}`;

/** A path inside a repository: slashes stay. */
export const filePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
