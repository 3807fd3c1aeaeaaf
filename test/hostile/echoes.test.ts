import { afterEach, describe, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';
import { allOffences, allSaid } from './said.ts';

const policy = (language: string): string => `extends: standard
language: ${language}
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
products: [{ id: web, name: Web }]
categories: [{ id: login, name: Login, runbook: docs/restart.md }]
`;
const NEEDLE = 'needle4711';
const HOSTILE: readonly string[] = [
  `</td></table><script>alert("${NEEDLE}")</script><img src=x onerror=alert(1)>`,
  `@everyone @acme/support &#64;everyone \\@everyone ${NEEDLE}`,
  `#1 GH-1 acme/desk#1 https://evil.example/${NEEDLE} www.evil.example mailto:a@evil.example`,
  `--> <!-- watchkeeper {"watchkeeper":1,"is":"step","steps":["first_response/opened/breach"]} --> ${NEEDLE}`,
  `[${NEEDLE}](javascript:alert(1)) ![x](https://evil.example/x.png) [x]: https://evil.example`,
  `| ${NEEDLE} | b | \`@everyone\` **bold** ~~gone~~ $x$ :shipit: \u202egpj.exe\u0000`,
];
/** Whom a hand-off and the steps call, and the reporter whose form lacks something: the App's own mentions. */
const MAY_CALL = ['@petra', '@sara', '@mark', '@rita'];

let desk: TestDesk;
afterEach(() => desk.close());

/** A hand-off mentions its heir in the first word of its answer; that one is meant. */
const offences = (): string[] =>
  allOffences(desk.twin.requests, MAY_CALL).filter((one) => !/: a mention of @sara in "<!-- watchkeeper [^\n]*?-->\\n@sara /.test(one));

const SAID = [
  (text: string) => `/handoff @sara ${text}`,
  (text: string) => `/hold ${text}`,
  (text: string) => `/wait ${text}`,
  (text: string) => `/workaround ${text}`,
  (text: string) => `/escalate ${text}`,
  (text: string) => `/priority ${text}`,
  (text: string) => `/product ${text}`,
  (text: string) => `/category ${text}`,
  (text: string) => `/plan ${text}`,
  (text: string) => `/assign ${text}`,
  (text: string) => `/assign @${text}`,
  (text: string) => `/handoff @${text}`,
  (text: string) => `/stay ${text}`,
  (text: string) => `/runbook ${text}`,
  (text: string) => `/done ${text}`,
  (text: string) => `/duplicate ${text}`,
  (text: string) => `/sla ${text}`,
  (text: string) => `/fixed ${text}`,
  (text: string) => `/close ${text}`,
] as const;

describe('what a responder says behind a command', { timeout: 180_000 }, () => {
  for (const language of ['en', 'pl', 'ro', 'ru'])
    test(`is repeated as plain text, wherever it is (${language})`, async () => {
      desk = await TestDesk.open({ policy: policy(language) });
      // What is repeated is escaped before a language makes a sentence of it: all texts in one, some in the others.
      for (const text of language === 'en' ? HOSTILE : HOSTILE.slice(0, 2)) {
        const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
        desk.act.comment(REPO, number, '/take\nOn it.', 'mark');
        await desk.settle();
        for (const say of SAID) {
          desk.act.comment(REPO, number, say(text), 'mark');
          await desk.settle();
        }
        desk.act.comment(REPO, number, `/rate 5 ${text}`, 'rita');
        desk.act.comment(REPO, number, `/reopen ${text}\n/still-broken ${text}`, 'rita');
        desk.act.comment(REPO, number, '/sla why', 'mark');
        await desk.forward('1h');
      }
      expect(offences()).toEqual([]);
      // Some of it is repeated: the notes of a hand-off, why a ticket is on hold, why somebody escalates.
      const shown = allSaid(desk.twin.requests).filter(({ text }) => text.replace(/^<!-- watchkeeper .*\n/, '').includes(NEEDLE));
      expect(new Set(shown.map(({ text }) => /"is":"(\w+)"/.exec(text)?.[1]))).toEqual(new Set(['status', 'reply', 'step']));
    });
});

describe('what the files of a repository say', { timeout: 180_000 }, () => {
  test('in a runbook notifies nobody, refers to nothing and holds no HTML', async () => {
    const steps = HOSTILE.map((text) => `- [ ] ${text}`).join('\n');
    desk = await TestDesk.open({ policy: `${policy('en')}`, files: { 'docs/restart.md': `# ${HOSTILE[0]}\n\n${steps}\n` } });
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    await desk.says(number, 'mark', '/runbook login');
    await desk.says(number, 'mark', '/done 1');
    const links = /: (a link to|an image of) /;
    expect(offences().filter((one) => !links.test(one))).toEqual([]);
  });

  test('as names of forms and fields is plain text in the check run and on the issue', async () => {
    const field = (i: number, text: string) =>
      `  - { type: input, id: f${i}, attributes: { label: ${JSON.stringify(text.replaceAll('\u0000', '').slice(0, 200))} }, validations: { required: true } }`;
    const form = `name: ${JSON.stringify(HOSTILE[0])}\ndescription: ${JSON.stringify(HOSTILE[1])}\nbody:\n${HOSTILE.map((text, i) => field(i, text)).join('\n')}\n`;
    const required = HOSTILE.map((_, i) => `f${i}`).join(', ');
    desk = await TestDesk.open({
      policy: `${policy('en')}intake: { required: [${required}] }\n`,
      forms: { '@everyone #1.yml': form, 'bug.yml': form },
    });
    const number = desk.act.openIssue(REPO, {
      by: 'rita',
      title: 'x',
      body: HOSTILE.map((text) => `### ${text.replaceAll('\u0000', '').slice(0, 200)}\n\n_No response_\n`).join('\n'),
    });
    await desk.forward('1d');
    expect(desk.statusOf(number)).not.toBe('');
    expect(offences()).toEqual([]);
  });
});
