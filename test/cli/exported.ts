import type { Policies } from '../../src/desk/ledger.ts';
import { type Exported, ExportJson, ledgerFrom } from '../../src/github/export.ts';
import { Parser } from '../../src/github/facts.ts';
import { type FormSpec, readForm } from '../../src/policy/forms.ts';
import { presetForms } from '../../src/presets.ts';
import { issueJson } from '../../src/sandbox/render/issue.ts';
import { timelineJson } from '../../src/sandbox/render/timeline.ts';
import { REPO, type TestDesk } from '../support/desk.ts';
import { policiesFrom } from '../support/ledger.ts';

export const FORMS: readonly FormSpec[] = Object.entries(presetForms('standard@1')).flatMap(([name, text]) => {
  const form = readForm(name, text);
  return 'problem' in form ? [] : [form];
});

/** What the two calls of the API answer about an issue of the twin. */
export function exportOf(desk: TestDesk, number: number): { issue: unknown; timeline: unknown[] } {
  const { world } = desk.twin;
  const repo = world.theRepo(REPO);
  const issue = desk.issue(number);
  const json = {
    issue: issueJson(world, repo, issue),
    timeline: issue.timeline.map((row) => timelineJson(world, repo, row, () => true)).filter((one) => one !== undefined),
  };
  return JSON.parse(JSON.stringify(json));
}

/** A file's object as the command reads it. */
export function read(json: unknown, policies: Policies, responders?: readonly string[]): Exported {
  return ledgerFrom(ExportJson.parse(json), {
    responders: responders && new Set(responders),
    policy: policies.now.policy,
    forms: FORMS,
    parser: new Parser(),
  });
}

/** As the command makes them: in force since ever. */
export const always = (text: string): Policies => policiesFrom(text, { since: '1970-01-01T00:00:00Z', arrival: '1970-01-01T00:00:00Z' });
