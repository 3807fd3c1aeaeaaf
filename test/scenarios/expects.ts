import { expect } from 'vitest';
import { type Own, REPO, type Stage } from './stage.ts';
import { instantOf, readWhen, wallOf } from './time.ts';
import { type Detail, fields, list, none, only, plain, text, texts, words } from './words.ts';

/** What a reader of GitHub sees. */
export type Expect = (stage: Stage) => void | Promise<void>;
type Sight = { readonly says: RegExp; readonly read: (found: readonly string[], detail: Detail) => Expect };

const MARKERS = ['🔴', '⭕️', '🟡', '🟢'];
const KEY = /<!--.*?-->\n?/s;
const seen = (body: string): string => plain(body.replace(KEY, ''));

const SIGHTS: readonly Sight[] = [
  { says: /^GitHub shows$/, read: (_found, detail) => shows(detail) },
  {
    says: /^GitHub shows no status comment$/,
    read: (_found, detail) => {
      none(detail);
      return (stage) => expect(stage.desk.statusOf(stage.number)).toBe('');
    },
  },
  { says: /^one page$/, read: (_found, detail) => pages([detail]) },
  { says: /^(two|three) pages$/, read: ([, many], detail) => pages(detail as Detail[], many === 'two' ? 2 : 3) },
  {
    says: /^no page$/,
    read: (_found, detail) => {
      none(detail);
      return (stage) =>
        expect(
          stage.unclaimed('step').map((one) => seen(one.body)),
          'pages',
        ).toEqual([]);
    },
  },
  {
    says: /^the answer is (👍|😕)$/,
    read: ([, sign], detail) => answer(sign === '👍' ? '+1' : 'confused', readReply(detail)),
  },
  { says: /^the list of the desk shows$/, read: (_found, detail) => boxes(texts(detail)) },
  {
    says: /^there is no answer$/,
    read: (_found, detail) => {
      none(detail);
      return (stage) => {
        expect(reactionsTo(stage, stage.comment), 'reactions of the desk').toEqual([]);
        expect(
          stage.repliesTo(stage.comment).map((one) => seen(one.body)),
          'replies',
        ).toEqual([]);
      };
    },
  },
  {
    says: /^nothing happened$/,
    read: (_found, detail) => {
      none(detail);
      return (stage) => expect(stage.deeds(), 'what the App did').toEqual(stage.before);
    },
  },
  {
    says: /^nothing happens until (.+)$/,
    read: ([, until], detail) => {
      none(detail);
      const when = readWhen(until!);
      if (!when) throw new Error(`"${until}" is no instant`);
      return async (stage) => {
        await stage.until(when);
        expect(stage.deeds(), 'what the App did').toEqual(stage.before);
      };
    },
  },
  { says: /^the check run is (green|red)$/, read: ([, colour], detail) => checkRun(colour!, detail) },
];

function shows(detail: Detail): Expect {
  const want = only(detail, {
    labels: list,
    state: text,
    marker: text,
    says: texts,
    'does not say': texts,
    promises: words,
    targets: words,
    next: text,
    assignees: list,
    'label looks': words,
    'comments of the desk': (count: Detail) => Number(text(count)),
  });
  if (want.marker !== undefined && !MARKERS.includes(want.marker)) throw new Error(`"${want.marker}" is no marker`);
  if (want.state !== undefined && !['open', 'closed'].includes(want.state)) throw new Error(`"${want.state}" is no state`);
  return (stage) => {
    const { desk, number } = stage;
    const status = seen(desk.statusOf(number));
    const labels = desk.labelsOf(number);
    if (want.labels) expect(labels, 'labels').toEqual([...want.labels].sort());
    if (want.state) expect(desk.stateOf(number), 'state').toBe(want.state);
    if (want.marker) {
      expect(
        labels.filter((one) => MARKERS.some((emoji) => one.startsWith(emoji))).map((one) => one.split(' ')[0]),
        'marker label',
      ).toEqual([want.marker]);
      // The comment leaves out the selector that asks for the emoji's colours.
      expect(status, 'marker of the status comment').toMatch(new RegExp(`^### ${want.marker.replace(/\ufe0f$/, '')}\ufe0f? `, 'u'));
    }
    for (const one of want.says ?? []) expect(status, 'status comment').toContain(one);
    for (const one of want['does not say'] ?? []) expect(status, 'status comment').not.toContain(one);
    if (want.promises)
      expect(
        rows(status, (row) => `${row[2]} | ${row[3]}`),
        'promises: due and state',
      ).toEqual(want.promises);
    if (want.targets)
      expect(
        rows(status, (row) => row[1]!),
        'targets',
      ).toEqual(want.targets);
    if (want.next)
      expect(
        status.split('\n').find((line) => /^[^|#>]*: /.test(line) && !line.includes(' · ') && line.includes(want.next!)) ?? status,
        'what happens next',
      ).toContain(want.next);
    if (want.assignees) {
      expect(
        desk
          .issue(number)
          .assignees.map((id) => stage.world.account(id).login)
          .sort(),
        'assignees',
      ).toEqual([...want.assignees].sort());
    }
    if (want['label looks'])
      expect(looks(stage, Object.keys(want['label looks'])), 'colours and descriptions').toEqual(want['label looks']);
    if (want['comments of the desk'] !== undefined) {
      expect(
        ['status', 'step', 'reply'].flatMap((is) => desk.ownOf(number, is as 'status')),
        'comments',
      ).toHaveLength(want['comments of the desk']);
    }
  };
}

/** The table of promises as it stands in the comment: by name of the promise. */
function rows(status: string, value: (row: readonly string[]) => string): Record<string, string> {
  const lines = status.split('\n').filter((line) => line.startsWith('| '));
  const cells = lines.slice(2).map((line) => line.slice(2, -2).split(' | '));
  return Object.fromEntries(cells.map((row) => [row[0]!, value(row)]));
}

function looks(stage: Stage, names: readonly string[]): Record<string, string> {
  const all = Object.values(stage.repo.labels);
  return Object.fromEntries(
    names.map((name) => {
      const found = all.find((one) => one.name === name);
      return [name, found ? `${found.color} ${found.description}` : 'not there'];
    }),
  );
}

type PageWant = {
  readonly to: readonly string[];
  readonly about: readonly string[];
  readonly says: readonly string[];
  readonly not: readonly string[];
  readonly at?: string;
};

function readPage(detail: Detail): PageWant {
  const want = only(detail, { to: texts, about: texts, says: texts, 'does not say': texts, at: text });
  if (!want.to || (!want.about && !want.says)) throw new Error('a page needs "to", and "about" or "says"');
  if (want.at && !readWhen(want.at)) throw new Error(`"${want.at}" is no instant`);
  return {
    to: want.to,
    about: want.about ?? [],
    says: want.says ?? [],
    not: want['does not say'] ?? [],
    ...(want.at ? { at: want.at } : {}),
  };
}

/** All pages since the last time that somebody looked: no more and no fewer. */
function pages(details: readonly Detail[], count = 1): Expect {
  if (!Array.isArray(details) || details.length !== count) throw new Error(`${count} pages must follow here`);
  const want = details.map(readPage);
  return (stage) => {
    const found = stage.unclaimed('step');
    expect(
      found.map((one) => seen(one.body)),
      'pages',
    ).toHaveLength(count);
    for (const [i, one] of want.entries()) page(stage, found[i]!, one);
    stage.claim(found);
  };
}

function page(stage: Stage, found: Own, want: PageWant): void {
  const words = seen(found.body);
  expect(stage.mentioned(found.body), `whom the page mentions:\n${words}`).toEqual(want.to);
  const lines = words.split('\n').filter((line) => line.startsWith('- '));
  expect(lines, 'promises that the page names').toHaveLength(want.about.length);
  for (const [i, one] of want.about.entries()) expect(lines[i], 'what the page says').toContain(one);
  for (const one of want.says) expect(words, 'what the page says').toContain(one);
  for (const one of want.not) expect(words, 'what the page says').not.toContain(one);
  if (want.at) {
    const at = instantOf(readWhen(want.at)!, stage.setting.zone, undefined);
    const wall = (when: typeof at) => `${wallOf(when, stage.setting.zone).date} ${wallOf(when, stage.setting.zone).time.slice(0, 5)}`;
    const posted = stage.desk.twin.world.comment(stage.repo, found.id).createdAt;
    expect(wall(posted), 'when the page was posted').toBe(wall(at));
  }
}

type ReplyWant = { readonly to: readonly string[]; readonly says: readonly string[]; readonly not: readonly string[] };

/** What a reply says; as fields where it also calls somebody, as those of `/handoff` and `/stay` do. */
function readReply(detail: Detail): ReplyWant {
  if (detail === undefined) return { to: [], says: [], not: [] };
  if (typeof detail !== 'object' || Array.isArray(detail)) return { to: [], says: texts(detail), not: [] };
  const want = only(detail, { to: texts, says: texts, 'does not say': texts });
  if (!want.says) throw new Error('a reply needs "says"');
  return { to: want.to ?? [], says: want.says, not: want['does not say'] ?? [] };
}

/** The desk's reaction to the last comment, and its one reply if there is something to say. */
function answer(reaction: string, { to, says: parts, not }: ReplyWant): Expect {
  return (stage) => {
    expect(reactionsTo(stage, stage.comment), 'reactions of the desk').toEqual([reaction]);
    const replies = stage.repliesTo(stage.comment);
    expect(
      replies.map((one) => seen(one.body)),
      'replies',
    ).toHaveLength(parts.length > 0 ? 1 : 0);
    for (const one of parts) expect(seen(replies[0]!.body), 'reply').toContain(one);
    for (const one of not) expect(seen(replies[0]!.body), 'reply').not.toContain(one);
    for (const one of replies) expect(stage.mentioned(one.body), `whom the reply mentions:\n${seen(one.body)}`).toEqual(to);
    stage.claim(replies, to.length > 0);
  };
}

/** The newest list to tick off, box by box: `[x] Restart it`. */
function boxes(want: readonly string[]): Expect {
  return (stage) => {
    expect(
      seen(stage.list().body)
        .split('\n')
        .filter((line) => line.startsWith('- ['))
        .map((line) => line.slice(2)),
      'boxes',
    ).toEqual(want);
  };
}

function reactionsTo(stage: Stage, comment: number): string[] {
  const bot = stage.world.who('watchkeeper[bot]').id;
  return (stage.repo.comments[comment]?.reactions ?? []).filter((one) => one.userId === bot).map((one) => one.content);
}

/** Our check run on the newest commit that touched the policy. */
function checkRun(colour: string, detail: Detail): Expect {
  const want = only(detail, { title: text, summary: texts, annotations: (one: Detail) => texts(one) });
  if (want.annotations && colour === 'green') throw new Error('a green check run has no annotations');
  return (stage) => {
    const run = stage.checkRun();
    expect(run?.conclusion, 'check run').toBe(colour === 'green' ? 'success' : 'failure');
    if (want.title) expect(plain(run!.output.title ?? '')).toContain(want.title);
    for (const one of want.summary ?? []) expect(plain(run!.output.summary ?? '')).toContain(one);
    if (want.annotations) {
      expect(run!.annotations.map((one) => `line ${one.start_line}: ${one.message}`)).toEqual(want.annotations);
    }
  };
}

/** The expectation that a sentence states; undefined when it states none. */
export function readExpect(sentence: string, detail: Detail): Expect | undefined {
  for (const { says, read } of SIGHTS) {
    const found = says.exec(sentence);
    if (found) return read(found as unknown as string[], detail);
  }
  return undefined;
}

export const EXPECTS: readonly string[] = SIGHTS.map((one) => one.says.source);
export { fields, REPO };
