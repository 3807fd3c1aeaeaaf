/** Asks GitHub for a comment's text as it shows it (`body_html`) beside the text itself. */
export const AS_SHOWN = 'application/vnd.github.full+json';

/** `@org/slug`, where nothing before it makes it part of another word or address. */
const TEAM = /(?<![\w`@/.-])@([a-z0-9][a-z0-9-]{0,38}\/[a-z0-9][\w-]{0,99})/gi;
/** The hidden line, and code: nothing in there mentions anybody. */
const SILENT = /<!--[\s\S]*?(?:-->|$)|(`{3,})[\s\S]*?(?:\1|$)|`[^`\n]*`/g;
/** What GitHub makes of a team that it knows: `<a class="team-mention js-team-mention notranslate" …>@org/slug</a>`. */
const LINK = /<(?:a|span)\s([^<>]{1,2000})>@([^<\s]{1,140})</gi;
const OF_TEAM = /\bclass="[^"]*\bteam-mention\b/;

/** The teams that a text of ours mentions, `org/slug` as it writes them, once each. */
export function teamsIn(body: string): string[] {
  const teams = new Map<string, string>();
  for (const [, team] of body.replace(SILENT, ' ').matchAll(TEAM))
    if (!teams.has(team!.toLowerCase())) teams.set(team!.toLowerCase(), team!);
  return [...teams.values()];
}

/** Those of them that GitHub shows as plain text. Where it does not say how it shows them, none. */
export function silentTeams(body: string, html: string | undefined): string[] {
  if (html === undefined) return [];
  const shown = new Set<string>();
  for (const [, attributes, name] of html.matchAll(LINK)) if (OF_TEAM.test(attributes!)) shown.add(name!.toLowerCase());
  return teamsIn(body).filter((team) => !shown.has(team.toLowerCase()));
}
