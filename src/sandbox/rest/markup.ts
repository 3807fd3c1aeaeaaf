import type { Comment, Repo } from '../state.ts';
import { mentionsIn } from '../world/people.ts';
import type { World } from '../world/world.ts';
import type { Caller } from './answer.ts';
import { allows } from './auth.ts';

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/**
 * `body_html` as far as it matters: paragraphs with the mentions that really reach somebody as links, the rest escaped. A team becomes a link
 * only when the writer may read the organization's members.
 */
export function bodyHtml(world: World, repo: Repo, text: string, caller: Caller): string {
  const members = caller.kind === 'installation' && allows(caller.token.permissions, 'members', 'read');
  const links = new Map<string, string>();
  for (const mention of mentionsIn(world, repo, text)) {
    if ('account' in mention) {
      const { login, type } = mention.account;
      const kind = type === 'Organization' ? 'organization' : 'user';
      links.set(
        `@${login}`.toLowerCase(),
        `<a class="user-mention notranslate" data-hovercard-type="${kind}" href="${world.urls.html}/${login}">@${login}</a>`,
      );
    } else if (members) {
      const name = `${mention.org.login}/${mention.team.slug}`;
      const href = `${world.urls.html}/orgs/${mention.org.login}/teams/${mention.team.slug}`;
      links.set(`@${name}`.toLowerCase(), `<a class="team-mention notranslate" data-hovercard-type="team" href="${href}">@${name}</a>`);
    }
  }
  const visible = text.replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  // Code stays code: what stands between backticks is left alone.
  const html = escaped(visible)
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part, i) => (i % 2 === 1 ? `<code>${part.replace(/^`+|`+$/g, '')}</code>` : linked(part, links)))
    .join('');
  return html
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '')
    .map((part) => `<p dir="auto">${part.trim()}</p>`)
    .join('\n');
}

const linked = (part: string, links: ReadonlyMap<string, string>): string =>
  part.replace(/@[\w-]+\/[\w.-]*\w|@[\w-]+/g, (name) => links.get(name.toLowerCase()) ?? name);

/** What the media types `full`, `html` and `text` add to a body. */
export function bodies(world: World, repo: Repo, comment: Comment, caller: Caller, accept: string): Record<string, unknown> {
  const asked = /application\/vnd\.github(?:\.[\w-]+)?\.(full|html|text)\+json/.exec(accept)?.[1];
  if (!asked) return {};
  return {
    ...(asked !== 'text' && { body_html: bodyHtml(world, repo, comment.body, caller) }),
    ...(asked !== 'html' && { body_text: comment.body.replace(/<!--[\s\S]*?(?:-->|$)/g, '') }),
  };
}
