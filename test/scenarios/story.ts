import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { readAct } from './acts.ts';
import { readExpect } from './expects.ts';
import { formsOf, type Setting, Stage } from './stage.ts';
import { readWhen } from './time.ts';
import { type Detail, fields, text, texts, words } from './words.ts';

/** A line of a story: time passes, somebody acts, or somebody looks. */
type Line = { readonly at: string; readonly kind: 'time' | 'act' | 'expect'; readonly run: (stage: Stage) => void | Promise<void> };
export type Story = { readonly title: string; readonly setting: Setting; readonly lines: readonly Line[] };

const KEYS = [
  'title',
  'about',
  'zone',
  'policy',
  'broken policy',
  "owner's policy",
  'forms',
  'files',
  'people',
  'bots',
  'arrives',
  'stories',
];
const NO_POLICY = 'none';

/** Reads a file of stories; whatever it cannot make sense of throws, with the line. */
export function readStories(file: string, source: string): { readonly title: string; readonly stories: readonly Story[] } {
  const counter = new LineCounter();
  const doc = parseDocument(source, { lineCounter: counter, uniqueKeys: true });
  if (doc.errors[0]) throw new Error(`${file}: ${doc.errors[0].message}`);
  const place = (node: unknown) => `${file}:${counter.linePos((node as Node | undefined)?.range?.[0] ?? 0).line}`;
  const top = fields(doc.toJS());
  for (const key of Object.keys(top))
    if (!KEYS.includes(key)) throw new Error(`${file}: unknown key "${key}"; known are ${KEYS.join(', ')}`);
  const stories = doc.get('stories');
  if (!isMap(stories) || stories.items.length === 0) throw new Error(`${file}: "stories" names no story`);
  const setting = settingOf(file, top);
  return {
    title: text(top.title),
    stories: stories.items.map((pair) => {
      const title = String(isScalar(pair.key) ? pair.key.value : '');
      if (!isSeq(pair.value)) throw new Error(`${place(pair.key)}: a story is a list of lines`);
      const lines = pair.value.items.map((item) => readLine(place(item), (item as Node).toJS(doc)));
      check(place(pair.key), lines);
      return { title, setting, lines };
    }),
  };
}

function settingOf(file: string, top: Readonly<Record<string, Detail>>): Setting {
  const broken = top['broken policy'] !== undefined;
  const policy = text(broken ? top['broken policy'] : top.policy);
  const preset = /^extends: *([a-z]+(?:@\d+)?)/m.exec(policy)?.[1] ?? 'standard';
  const forms = top.forms === undefined ? formsOf(preset) : typeof top.forms === 'string' ? formsOf(top.forms) : words(top.forms);
  const people = top.people === undefined ? {} : words(top.people);
  for (const role of Object.values(people)) {
    if (!['none', 'read', 'triage', 'write', 'maintain'].includes(role)) throw new Error(`${file}: "${role}" is no role`);
  }
  const [, hours] = /^(\d+)h before$/.exec(top.arrives === undefined ? '1h before' : text(top.arrives)) ?? [];
  if (!hours) throw new Error(`${file}: "arrives" is like "24h before"`);
  return {
    policy: policy.trim() === NO_POLICY ? undefined : policy,
    broken,
    ownerPolicy: top["owner's policy"] === undefined ? undefined : text(top["owner's policy"]),
    forms,
    files: top.files === undefined ? {} : words(top.files),
    zone: top.zone === undefined ? 'UTC' : text(top.zone),
    people,
    bots: top.bots === undefined ? [] : texts(top.bots),
    arrivesS: Number(hours) * 3600,
  };
}

function readLine(place: string, line: Detail): Line {
  try {
    if (typeof line === 'string') return readSentence(place, line, undefined);
    const entries = Object.entries(fields(line));
    if (entries.length !== 1) throw new Error(`one sentence a line, found ${entries.map(([key]) => `"${key}"`).join(' and ')}`);
    return readSentence(place, entries[0]![0], entries[0]![1] ?? undefined);
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`);
  }
}

function readSentence(place: string, whole: string, detail: Detail): Line {
  const when = detail === undefined ? readWhen(whole) : undefined;
  if (when) return { at: place, kind: 'time', run: (stage) => stage.until(when) };
  const [, sentence, issue] = /^(.*?)(?: on issue (\d+))?$/s.exec(whole) as unknown as [string, string, string | undefined];
  const about = (run: Line['run']): Line['run'] => {
    if (issue === undefined) return run;
    return (stage) => {
      stage.issue = Number(issue);
      return run(stage);
    };
  };
  const act = readAct(sentence, detail);
  if (act) return { at: place, kind: 'act', run: about(act) };
  const expects = readExpect(sentence, detail);
  if (expects) return { at: place, kind: 'expect', run: about(expects) };
  throw new Error(`no sentence of the stories: "${whole}"`);
}

/** A story begins with an instant and ends with something that is looked at. */
function check(place: string, lines: readonly Line[]): void {
  if (lines[0]?.kind !== 'time') throw new Error(`${place}: a story begins with an instant`);
  if (lines.at(-1)?.kind !== 'expect') throw new Error(`${place}: a story ends with what GitHub shows; after the last line nobody looks`);
}

/** Tells a story. Every expectation runs, or the story fails. */
export async function tell(story: Story): Promise<void> {
  const stage = new Stage(story.setting);
  let looked = 0;
  try {
    for (const line of story.lines) {
      try {
        await line.run(stage);
      } catch (error) {
        if (error instanceof Error) error.message = `${line.at}: ${error.message}`;
        throw error;
      }
      if (line.kind === 'expect') looked++;
    }
    await stage.end();
  } finally {
    await stage.close();
  }
  const expected = story.lines.filter((line) => line.kind === 'expect').length;
  if (looked !== expected) throw new Error(`${expected - looked} expectations never ran`);
}
