import { afterEach, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';

type Promise_ = { readonly resolution: string; readonly extra?: string };
const policy = ({ resolution, extra = '' }: Promise_) => `extends: standard
effective: open
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { resolution: 4h } }
  - { id: P3, name: Medium, label: "P3: medium", calendar: always, targets: { resolution: ${resolution} } }
default_priority: P3
incidents: { label: incident, severities: [minor], priority: P3 }
escalation:
  - { clock: resolution, at: breach, mention: [owners], label: escalated }
${extra}`;

let desk: TestDesk;
afterEach(() => desk?.close());

/** So many tickets, an hour old. */
async function tickets(count: number, promise: Promise_ = { resolution: '10d' }): Promise<number[]> {
  desk = await TestDesk.open({ policy: policy(promise), validate: count < 100, sweepS: 86_400 });
  const numbers = Array.from({ length: count }, (_, i) => desk.act.openIssue(REPO, { by: 'rita', title: `Trouble ${i}`, body: 'Help' }));
  await desk.settle();
  await desk.forward('1h');
  expect(desk.labelsOf(numbers[0]!)).toEqual(['P3: medium', '🔴 received']);
  return numbers;
}

async function edit(promise: Promise_): Promise<void> {
  desk.act.commitFile(REPO, '.github/support.yml', policy(promise), 'mark');
  await desk.settle();
}

const pages = (numbers: readonly number[]): number[] => numbers.map((n) => desk.pagesOf(n).length);
const all = (numbers: readonly number[], count: number): number[] => numbers.map(() => count);
/** New comments and issues of ours. */
const said = (): number =>
  desk.twin.requests.filter((one) => one.method === 'POST' && /\/(comments|issues)$/.test(one.path) && one.status === 201).length;
/** Issues of the App's own. */
const gates = () =>
  Object.values(desk.twin.world.theRepo(REPO).issues)
    .filter((one) => one.byApp)
    .map((one) => one.number);

test('500 tickets made due at once by an edit of the policy: one issue lists them, nobody is called until a responder says go', async () => {
  const numbers = await tickets(500);
  const before = said();
  await edit({ resolution: '30m' });
  await desk.forward('3h');
  expect(pages(numbers)).toEqual(all(numbers, 0));
  expect(said() - before).toBe(1);
  const [gate] = gates();
  expect(gates()).toHaveLength(1);
  expect(desk.issue(gate!).body).toContain('500');
  await desk.says(gate!, 'olga', '/go');
  await desk.forward('1h');
  expect(pages(numbers)).toEqual(all(numbers, 0));
  await desk.says(gate!, 'petra', '/go');
  await desk.forward('1h');
  expect(pages(numbers)).toEqual(all(numbers, 1));
  expect(gates()).toHaveLength(1);
  expect(desk.stateOf(gate!)).toBe('closed');
}, 180_000);

test('ten tickets made due by an edit of the policy are paged, each once and on time', async () => {
  const numbers = await tickets(10);
  await edit({ resolution: '30m' });
  await desk.forward('40m');
  expect(pages(numbers)).toEqual(all(numbers, 1));
  await desk.forward('3h');
  expect(pages(numbers)).toEqual(all(numbers, 1));
  expect(gates()).toEqual([]);
});

test('eleven are a crowd', async () => {
  const numbers = await tickets(11);
  await edit({ resolution: '30m' });
  await desk.forward('3h');
  expect(pages(numbers)).toEqual(all(numbers, 0));
  expect(gates()).toHaveLength(1);
});

test('another edit of the policy after a crowd is no go: one issue stays the only one, and still nobody is called', async () => {
  const numbers = await tickets(12);
  await edit({ resolution: '30m' });
  await desk.forward('2h');
  await edit({ resolution: '30m', extra: '# only a remark' });
  await desk.forward('2h');
  expect(pages(numbers)).toEqual(all(numbers, 0));
  expect(gates()).toHaveLength(1);
  await desk.says(gates()[0]!, 'petra', '/go');
  await desk.forward('10m');
  expect(pages(numbers)).toEqual(all(numbers, 1));
});

test('a go for one crowd is none for the next', async () => {
  const numbers = await tickets(12);
  await edit({ resolution: '30m' });
  await desk.forward('2h');
  await desk.says(gates()[0]!, 'petra', '/go');
  await desk.forward('10m');
  const more = Array.from({ length: 12 }, (_, i) => desk.act.openIssue(REPO, { by: 'rita', title: `More ${i}`, body: 'Help' }));
  await desk.settle();
  await edit({ resolution: '10m' });
  await desk.forward('2h');
  expect(pages([...numbers, ...more])).toEqual([...all(numbers, 1), ...all(more, 0)]);
  expect(gates()).toHaveLength(2);
});

test('tickets that an edit moves apart are called each in its time: they are not due at once', async () => {
  desk = await TestDesk.open({ policy: policy({ resolution: '20d' }), sweepS: 86_400 });
  const numbers: number[] = [];
  for (let i = 0; i < 14; i++) {
    numbers.push(desk.act.openIssue(REPO, { by: 'rita', title: `Trouble ${i}`, body: 'Help' }));
    await desk.forward('5h');
  }
  await edit({ resolution: '10d' });
  await desk.forward('10d');
  expect(pages(numbers)).toEqual(all(numbers, 1));
  expect(gates()).toEqual([]);
});

test('the issue closed without a go drops the calls; closing it is nobody else’s business', async () => {
  const numbers = await tickets(12);
  await edit({ resolution: '30m' });
  await desk.forward('2h');
  desk.act.close(REPO, gates()[0]!, 'mark', 'not_planned');
  await desk.settle();
  await desk.forward('2d');
  expect(pages(numbers)).toEqual(all(numbers, 0));
  expect(gates()).toHaveLength(1);
  // What comes of itself later is called as ever.
  const n = await desk.files('rita', 'bug.yml', {});
  await desk.forward('40m');
  expect(pages([n])).toEqual([1]);
});

test('a lost database that makes more than ten tickets due at once is a crowd too, and its go is good for these only', async () => {
  const numbers = await tickets(12, { resolution: '2h' });
  await desk.kill();
  await desk.forward('3h');
  await desk.forget();
  await desk.start();
  await desk.forward('2h');
  expect(pages(numbers)).toEqual(all(numbers, 0));
  expect(gates()).toHaveLength(1);
  await desk.says(gates()[0]!, 'petra', '/go');
  await desk.forward('10m');
  expect(pages(numbers)).toEqual(all(numbers, 1));
  const more = Array.from({ length: 12 }, (_, i) => desk.act.openIssue(REPO, { by: 'rita', title: `More ${i}`, body: 'Help' }));
  await desk.settle();
  await desk.kill();
  await desk.forward('3h');
  await desk.forget();
  await desk.start();
  await desk.forward('2h');
  expect(pages([...numbers, ...more])).toEqual([...all(numbers, 1), ...all(more, 0)]);
  expect(gates()).toHaveLength(2);
});

test('a decision about a crowd outlives the database, the open question too', async () => {
  const numbers = await tickets(12);
  await edit({ resolution: '30m' });
  await desk.forward('2h');
  await desk.forget();
  await desk.start();
  await desk.forward('2h');
  expect(gates()).toHaveLength(1);
  expect(pages(numbers)).toEqual(all(numbers, 0));
  desk.act.close(REPO, gates()[0]!, 'mark', 'not_planned');
  await desk.settle();
  await desk.forget();
  await desk.start();
  await desk.forward('2h');
  expect(gates()).toHaveLength(1);
  expect(pages(numbers)).toEqual(all(numbers, 0));
});

test('ordinary downtime is no crowd: thirty tickets fell due in it, each is called once and told when it was due', async () => {
  const numbers = await tickets(30, { resolution: '2h' });
  await desk.kill();
  await desk.forward('3h');
  await desk.start();
  await desk.forward('5m');
  expect(pages(numbers)).toEqual(all(numbers, 1));
  expect(desk.pagesOf(numbers[7]!)[0]).toContain('10:00');
  await desk.forward('3h');
  expect(pages(numbers)).toEqual(all(numbers, 1));
  expect(gates()).toEqual([]);
});

test('the issue that lists a crowd is opened once, whatever is lost on the way', async () => {
  const numbers = await tickets(11);
  desk.twin.faults.push({ method: 'POST', path: /\/issues$/, loseAnswer: true });
  await edit({ resolution: '30m' });
  await desk.forward('3h');
  expect(gates()).toHaveLength(1);
  await desk.says(gates()[0]!, 'petra', '/go');
  await desk.forward('1h');
  expect(pages(numbers)).toEqual(all(numbers, 1));
});

test('twelve answers that are deleted at once are a crowd, and a go for them is none for the next twelve', async () => {
  const early = policy({ resolution: '20d' }).replace('targets: { resolution: 20d }', 'targets: { first_response: 30m, resolution: 20d }');
  desk = await TestDesk.open({
    policy: early.replace('escalation:', 'escalation:\n  - { clock: first_response, at: breach, mention: [owners] }'),
    sweepS: 86_400,
  });
  const answered = async (): Promise<{ numbers: number[]; answers: number[] }> => {
    const numbers = Array.from({ length: 12 }, (_, i) => desk.act.openIssue(REPO, { by: 'rita', title: `Trouble ${i}`, body: 'Help' }));
    await desk.settle();
    const answers = numbers.map((n) => desk.act.comment(REPO, n, 'On it', 'mark'));
    await desk.forward('2h');
    expect(pages(numbers)).toEqual(all(numbers, 0));
    return { numbers, answers };
  };
  const first = await answered();
  for (const id of first.answers) desk.act.deleteComment(REPO, id, 'mark');
  await desk.forward('2h');
  expect(pages(first.numbers)).toEqual(all(first.numbers, 0));
  expect(gates()).toHaveLength(1);
  await desk.says(gates()[0]!, 'mark', '/go');
  await desk.forward('10m');
  expect(pages(first.numbers)).toEqual(all(first.numbers, 1));
  const second = await answered();
  for (const id of second.answers) desk.act.deleteComment(REPO, id, 'mark');
  await desk.forward('2h');
  expect(pages(second.numbers)).toEqual(all(second.numbers, 0));
  expect(gates()).toHaveLength(2);
});

test('a stray no to the issue that lists a crowd puts it off for minutes, and is asked again by one ticket, not by each', async () => {
  const numbers = await tickets(30);
  desk.twin.faults.push({ method: 'POST', path: /\/issues$/, status: 403 });
  const asked = () => desk.twin.requests.filter((one) => one.method === 'POST' && one.path.endsWith('/issues')).length;
  await edit({ resolution: '30m' });
  for (let minute = 0; minute < 60 && asked() === 0; minute++) await desk.forward('1m');
  await desk.forward('3m');
  expect([asked(), gates().length]).toEqual([1, 0]);
  await desk.forward('4m');
  expect([asked(), gates().length]).toEqual([2, 1]);
  await desk.says(gates()[0]!, 'petra', '/go');
  await desk.forward('10m');
  expect(pages(numbers)).toEqual(all(numbers, 1));
});
