import { local, OFFICE, policiesFrom, Story, shown } from './support/ledger.ts';
import { clockAt, cyclesAt, opens, stepsAt, told, Watch, lineOf } from './support/told.ts';
import { explain } from '../src/desk/explain.ts';
import { clocks } from '../src/desk/clock.ts';
const BASE = OFFICE.split('products:')[0];
const pol = (rest: string, o = {}) => policiesFrom(`${BASE}${rest}`, o);
const STD = `default_owners: ["@dan"]
escalation:
  - { clock: first_response, at: 75%, mention: ["@sara"] }
  - { clock: first_response, at: breach, mention: ["@mark"], label: escalated }
  - { clock: resolution, at: breach, mention: ["@mark"] }
`;
const say = (...x: unknown[]) => console.log(...x);
// P1
{
  const p = pol(STD);
  const s = opens('mon 09:00', 'P1').says('mon 10:05', 'mark', 'Hello');
  const w = new Watch(s, p);
  w.look('mon 09:30'); // before 75% (09:45)
  const seen = w.look('mon 10:30');
  const ex = explain(seen.ticket, seen.clocks, p).find((one) => one.view.name === 'first_response');
  say('P1 why unposted', ex?.unposted, 'page', seen.want.page?.steps);
}
// P2
{
  const p = pol(STD);
  const s = opens('mon 09:00', 'P2');
  const w = new Watch(s, p);
  w.look('mon 09:00'); w.look('mon 12:00'); say('P2 75', [...w.posted]); w.look('mon 13:00'); say('P2 breach', [...w.posted]);
  s.says('mon 15:00', 'mark', '/escalate please');
  const seen = w.look('mon 15:00');
  say('P2 escalated', seen.want.page?.steps, seen.want.page?.people.map((x: any) => x.login));
}
// P7 deleted answer
{
  const p = pol(STD);
  const s = opens('mon 09:00', 'P2').says('mon 10:00', 'mark', 'Hello');
  const w = new Watch(s, p);
  w.look('mon 09:00'); w.look('mon 10:00'); w.look('mon 14:00'); s.deleted();
  const seen = w.look('mon 15:00');
  say('P7 page', seen.want.page?.steps, seen.want.page?.body);
}
// P3 update at close
{
  const p = pol(STD.replace('x','x'), {});
  const p2 = policiesFrom(`${BASE}`.replace('workaround: 1d, resolution: 3d', 'update: 2h, next_response: 4h, workaround: 1d, resolution: 3d') + STD);
  const s = opens('mon 09:00', 'P2').says('mon 09:30', 'mark', 'Hello\n/take').says('mon 10:00','rita','When?').closed('mon 10:30', 'mark');
  for (const n of ['first_response','next_response','update','workaround','resolution'] as const) say('P3', n, cyclesAt(s, n, 'mon 11:00', p2));
  s.reopened('mon 12:00','mark');
  for (const n of ['first_response','next_response','update','workaround','resolution'] as const) say('P3 reopened', n, cyclesAt(s, n, 'mon 12:30', p2));
}
