import type { Twin } from './twin.ts';

export type SeedOptions = {
  /** Path to text: `.github/support.yml`, `.github/ISSUE_TEMPLATE/bug.yml`, … */
  readonly files?: Readonly<Record<string, string>>;
  /** `acme/desk` if absent. */
  readonly repository?: string;
  readonly private?: boolean;
  /** False leaves the App for later. */
  readonly install?: boolean;
};

export type SeededWorld = { readonly repository: string; readonly org: string; readonly installation: number | undefined };

/** Who lives in the default world, and what each may do on its repository. */
export const CAST = {
  /** Files issues; no role, not of the organization. */
  reporter: 'rita',
  /** Works on them. */
  maintainer: 'mark',
  /** A second pair of hands. */
  second: 'sara',
  /** Decides, seldom commits. */
  productOwner: 'petra',
  /** Whom escalations call; admin of the organization. */
  coordinator: 'carol',
  /** Comments on what is not hers. */
  outsider: 'olga',
} as const;

/** An organization with its people, two teams and one repository with the files that the caller brings; the App installed on it. */
export function seedWorld(twin: Twin, options: SeedOptions = {}): SeededWorld {
  const { act } = twin;
  const repository = options.repository ?? 'acme/desk';
  const org = repository.split('/')[0]!;
  act.user(CAST.reporter, 'Rita Reporter');
  act.user(CAST.outsider, 'Olga Outsider');
  act.user(CAST.maintainer, 'Mark Maintainer');
  act.user(CAST.second, 'Sara Second');
  act.user(CAST.productOwner, 'Petra Productowner');
  act.user(CAST.coordinator, 'Carol Coordinator');
  act.org(org, { admins: [CAST.coordinator], members: [CAST.maintainer, CAST.second, CAST.productOwner] });
  act.repository(repository, {
    private: options.private ?? false,
    description: 'A support desk',
    roles: { [CAST.maintainer]: 'maintain', [CAST.productOwner]: 'triage' },
    files: { 'README.md': '# Desk\n', ...options.files },
  });
  act.team(org, 'support', { members: [CAST.maintainer, CAST.second], repositories: { [repository]: 'write' } });
  act.team(org, 'rnd', { members: [CAST.second, CAST.productOwner], repositories: { [repository]: 'read' } });
  const installation = options.install === false ? undefined : act.install(org, { by: CAST.coordinator });
  return { repository, org, installation };
}
