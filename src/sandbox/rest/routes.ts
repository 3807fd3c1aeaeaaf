import type { Route } from './answer.ts';
import { APP_ROUTES } from './app.ts';
import { CHECK_ROUTES } from './checks.ts';
import { COMMENT_ROUTES } from './comments.ts';
import { ISSUE_ROUTES } from './issues.ts';
import { LABEL_ROUTES } from './labels.ts';
import { PEOPLE_ROUTES } from './people.ts';
import { REPO_ROUTES } from './repos.ts';

/** Every operation of GitHub's that the twin knows: the one list, from which the reduced OpenAPI description is made too. */
export const ROUTES: readonly Route[] = [
  ...APP_ROUTES,
  ...REPO_ROUTES,
  ...ISSUE_ROUTES,
  ...COMMENT_ROUTES,
  ...LABEL_ROUTES,
  ...CHECK_ROUTES,
  ...PEOPLE_ROUTES,
];

/** Parameters that may hold slashes. */
const LONG = new Set(['path', 'ref']);

export type Match = { readonly route: Route; readonly params: Record<string, string> };

type Compiled = { readonly route: Route; readonly pattern: RegExp; readonly literals: number };

const COMPILED: readonly Compiled[] = ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/\/?\{(\w+)\}/g, (all, name) => segment(all, name))}$`),
  literals: route.path.split('/').filter((part) => part !== '' && !part.startsWith('{')).length,
})).sort((a, b) => b.literals - a.literals);

function segment(all: string, name: string): string {
  // The root directory is `contents` or `contents/`.
  if (name === 'path') return '(?:/(?<path>.*))?';
  return `${all.startsWith('/') ? '/' : ''}(?<${name}>${LONG.has(name) ? '.+' : '[^/]+'})`;
}

/** The operation behind a path: the one with the most literal parts wins. */
export function match(method: string, path: string): Match | undefined {
  for (const { route, pattern } of COMPILED) {
    if (route.method !== method) continue;
    const found = pattern.exec(path);
    if (!found) continue;
    const params: Record<string, string> = {};
    for (const [key, value] of Object.entries(found.groups ?? {})) params[key] = value === undefined ? '' : decode(value);
    return { route, params };
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
