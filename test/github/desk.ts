import { pino } from 'pino';
import type { Fact } from '../../src/desk/ledger.ts';
import { createGitHub, type GitHubClient } from '../../src/github/client.ts';
import { Pace } from '../../src/github/pace.ts';
import { createProbot } from '../../src/github/probot.ts';
import { readPolicy } from '../../src/policy/read.ts';
import type { Policy } from '../../src/policy/types.ts';
import { presetText } from '../../src/presets.ts';
import type { LedgerRead, ReadOptions, RepoRef } from '../../src/watch/github-port.ts';
import { APP, KEY, type Scene, SECRET, scene } from '../sandbox/world.ts';

export function policyOf(text: string): Policy {
  const read = readPolicy(text, presetText);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.policy;
}

const POLICY = policyOf('extends: standard');

export type Desk = Scene & {
  github: GitHubClient;
  ref: RepoRef;
  /** As one look reads it. */
  look: (number: number, options?: Partial<ReadOptions>) => Promise<LedgerRead>;
  /** `METHOD path` of the requests since the last call, those for tokens and our own name left out. */
  asked: () => string[];
};

export type DeskOptions = Parameters<typeof scene>[0] & {
  readonly pace?: Pace;
  readonly timeoutMs?: number;
  /** Stands between Octokit and the twin. */
  readonly between?: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
};

/** The seeded twin with the real client in front of it: Probot, Octokit and all. */
export function desk({ pace, timeoutMs, between, ...options }: DeskOptions = {}): Desk {
  const world = scene(options);
  const fetch = between ? between(world.fetch) : world.fetch;
  const probot = createProbot({ appId: APP.id, privateKey: KEY, secret: SECRET, fetch, log: pino({ level: 'silent' }) });
  const github = createGitHub({
    probot,
    clock: world.clock.now,
    pace: pace ?? new Pace({ gapMs: 0 }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const ref: RepoRef = {
    installation: world.installation!,
    id: world.twin.world.theRepo(world.repository).id,
    owner: world.owner,
    name: world.repo,
  };
  return {
    ...world,
    github,
    ref,
    look: (number, more) =>
      github.readLedger(ref, number, { policy: POLICY, forms: [], defaultBranch: 'main', now: world.clock.now(), expect: [], ...more }),
    asked: () =>
      world.twin.requests
        .splice(0)
        .filter((one) => !/access_tokens$|^(?:\/api\/v3)?\/app|^\/users\//.test(one.path))
        .map((one) => `${one.method} ${one.path.replace(`/repos/${world.repository}`, '')}${one.status === 304 ? ' 304' : ''}`),
  };
}

/** A fact in one line: kind, by whom, what. */
export function line(fact: Fact): string {
  const by = fact.by.login;
  switch (fact.kind) {
    case 'said': {
      const commands = fact.commands.map((one) => `/${one.name}${one.text ? ` ${one.text}` : ''}`).join(' ');
      return `said ${by}${fact.says ? ' words' : ''}${fact.visible ? '' : ' hidden'}${commands ? ` ${commands}` : ''}`;
    }
    case 'labelled':
    case 'unlabelled':
      return `${fact.kind} ${by} ${fact.label}`;
    case 'assigned':
    case 'unassigned':
      return `${fact.kind} ${by} ${fact.who.login}`;
    case 'closed':
      return `closed ${by} ${fact.as}${fact.byFix ? ' by fix' : ''}`;
    case 'fixLinked':
    case 'fixMerged':
      return `${fact.kind} ${by} ${fact.fix}`;
    default:
      return `${fact.kind} ${by}`;
  }
}

export const lines = (read: LedgerRead): string[] => read.ledger.facts.map(line);
