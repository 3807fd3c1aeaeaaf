import { parseDocument } from 'yaml';
import { FORM_MAX, type FormSpec, readForm } from '../policy/forms.ts';
import { presetText } from '../presets.ts';
import type { CheckRun, Commit, Repo } from './state.ts';
import { renderMarkdown } from './web-markdown.ts';
import { judge, knownIn, POLICY_PATH, personView, type Scene } from './web-scene.ts';
import { headOf, history } from './world/files.ts';

const FORMS = '.github/ISSUE_TEMPLATE/';
const COMMITS_SHOWN = 10;

export const policyText = (repo: Repo): string | undefined => fileAt(repo, headOf(repo), POLICY_PATH);

function fileAt(repo: Repo, commit: Commit | undefined, path: string): string | undefined {
  const sha = commit?.files[path];
  return sha === undefined ? undefined : repo.blobs[sha];
}

export type Forms = { readonly forms: readonly FormSpec[]; readonly problems: readonly string[]; readonly blank: boolean };

/** The issue forms of the default branch, those that GitHub would drop with the reason, and whether anybody may leave them out. */
export function formsOf(repo: Repo): Forms {
  const head = headOf(repo);
  const paths = Object.keys(head?.files ?? {}).filter((path) => path.startsWith(FORMS) && /\.ya?ml$/.test(path));
  const names = paths.map((path) => path.slice(FORMS.length)).filter((name) => !name.includes('/'));
  const forms: FormSpec[] = [];
  const problems: string[] = [];
  for (const name of names
    .filter((one) => !/^config\.ya?ml$/.test(one))
    .sort()
    .slice(0, FORM_MAX.forms)) {
    const form = readForm(name, fileAt(repo, head, FORMS + name) ?? '');
    if ('problem' in form) problems.push(form.problem);
    else forms.push(form);
  }
  const config = fileAt(repo, head, `${FORMS}config.yml`) ?? fileAt(repo, head, `${FORMS}config.yaml`) ?? '';
  const said = parseDocument(config.slice(0, FORM_MAX.chars), { logLevel: 'silent' }).get?.('blank_issues_enabled');
  return { forms, problems, blank: said !== false };
}

/** The forms as the page draws them: what their authors wrote in Markdown is HTML. */
export function formsView(repo: Repo): object {
  const { forms, problems, blank } = formsOf(repo);
  const html = (text: string | undefined): string | undefined => (text === undefined ? undefined : renderMarkdown(text));
  return {
    blank,
    problems,
    forms: forms.map(({ file, name, description, title, labels, body }) => ({
      file,
      name,
      description,
      title: title ?? '',
      labels,
      body: body.map((field) =>
        field.type === 'markdown' ? { type: field.type, html: html(field.value) } : { ...field, descriptionHtml: html(field.description) },
      ),
    })),
  };
}

/** What is wrong with a text, or in a sentence what it promises. */
export async function checkView(scene: Scene, text: string): Promise<object> {
  const judged = await judge(text);
  if ('problems' in judged) return { problems: judged.problems };
  const { policy, notInForce } = judged;
  return {
    problems: [],
    good: `Valid. ${policy.priorities.length} ${policy.priorities.length === 1 ? 'priority' : 'priorities'}: ${policy.priorities.map(({ id, name }) => (id === name ? id : `${id} (${name})`)).join(', ')}. Times are in ${policy.timezone}.`,
    notYet: notInForce.length > 0 ? scene.words.checkNotYet(notInForce.join(', ')) : undefined,
  };
}

/** The editor's text, the presets, and what the desk said about the last commits. */
export function policyView(scene: Scene): object {
  const { repo, playground } = scene;
  const head = headOf(repo);
  const commits = head ? history(repo, head).take(COMMITS_SHOWN).toArray() : [];
  return {
    path: POLICY_PATH,
    text: policyText(repo) ?? '',
    exists: policyText(repo) !== undefined,
    head: head?.sha,
    presets: playground.presets.map(({ id, title, files }) => ({
      id,
      title,
      text: files[POLICY_PATH] ?? `extends: ${id.split('@')[0]}\n`,
      whole: presetText(id) ?? '',
    })),
    commits: commits.map((commit) => commitView(scene, commit)),
  };
}

function commitView(scene: Scene, commit: Commit): object {
  const runs = Object.values(scene.repo.checks).filter((run) => run.headSha === commit.sha);
  return {
    sha: commit.sha,
    short: commit.sha.slice(0, 7),
    message: commit.message,
    author: personView(scene.world.account(commit.authorId)),
    when: scene.when(commit.at),
    runs: runs.map((run) => runView(scene, commit, run)),
  };
}

function runView(scene: Scene, commit: Commit, run: CheckRun): object {
  const html = (text: string | null): string => (text ? renderMarkdown(text, knownIn(scene, text)) : '');
  return {
    id: run.id,
    name: run.name,
    conclusion: run.status === 'completed' ? run.conclusion : run.status,
    title: run.output.title,
    summaryHtml: html(run.output.summary),
    textHtml: html(run.output.text),
    annotations: run.annotations.map((one) => {
      const path = String(one.path);
      const line = Number(one.start_line);
      return {
        path,
        line,
        column: one.start_column,
        level: one.annotation_level,
        title: one.title,
        message: one.message,
        code: fileAt(scene.repo, commit, path)?.split(/\r?\n/)[line - 1],
      };
    }),
  };
}
