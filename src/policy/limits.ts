/** A cap on what a `support.yml` may hold. `max` itself is still allowed. */
export type Limit = { readonly max: number; readonly reason: string };

/**
 * Every cap of the policy room, in one place. A file beyond a cap gets a problem that names it; nothing is cut silently.
 * The first five are checked before the file is understood, so they bound the work that a hostile file can cause.
 */
export const LIMITS = {
  chars: { max: 262_144, reason: 'Thirty times the longest preset; GitHub serves files of this size in one answer.' },
  tokens: {
    max: 20_000,
    reason: 'Of the YAML lexer, some 3,000 lines; the parser needs up to 20 µs for each. The longest preset has 2,000.',
  },
  depth: { max: 16, reason: 'The deepest key of the reference stands 6 levels down.' },
  aliases: { max: 50, reason: 'A file that a person writes repeats a handful of lists.' },
  nodes: { max: 20_000, reason: 'Values after aliases are followed: the alias bomb of nine lines would have 10^9.' },
  children: { max: 1_000, reason: 'Of one map or list; twice the largest cap below. A file beyond is not checked for sense.' },
  problems: { max: 50, reason: 'GitHub takes at most 50 annotations in one request.' },

  textChars: { max: 200, reason: 'Names, titles and field labels stand in one line of a comment.' },
  replyChars: { max: 4_000, reason: 'A security reply is one comment of ours; GitHub refuses bodies above 65,536.' },
  idChars: { max: 40, reason: 'Ids stand in commands, keys and the 8 kB record.' },
  labelChars: { max: 50, reason: 'GitHub refuses longer label names.' },
  emojiChars: { max: 16, reason: 'The longest emoji of Unicode 16 is 10 code points.' },

  calendars: { max: 30, reason: 'Each is compiled year by year and kept in memory.' },
  windowsPerDay: { max: 12, reason: 'A window every two hours.' },
  dates: { max: 400, reason: 'Added or removed holidays of one calendar: some 40 a year for ten years.' },
  priorities: { max: 20, reason: 'Each is a label that the App creates; people tell at most a handful apart.' },
  products: { max: 200, reason: 'Each is a label; GitHub lists 100 labels a page and we read two.' },
  categories: { max: 100, reason: 'Each is a label.' },
  plans: { max: 50, reason: 'Each is looked up for every reporter.' },
  aliasesPerItem: { max: 50, reason: 'Other spellings of one thing.' },
  people: { max: 100, reason: 'Of one list; GitHub notifies at most 50 people of one comment.' },
  roles: { max: 50, reason: 'Names for escalation.' },
  rotas: { max: 20, reason: 'Each is computed for every page.' },
  overrides: { max: 500, reason: 'Of one rota: ten a week for a year.' },
  steps: { max: 100, reason: 'Each is an instant to compute for every ticket at every look.' },
  targetsPerStep: { max: 20, reason: 'Mentions of one step.' },
  repeats: { max: 100, reason: 'Posts of one step; more is noise, and the thread limit is near.' },
  intakeLabels: { max: 50, reason: 'Compared with every label of every issue.' },
  forms: { max: 60, reason: 'As many forms as are read of one repository.' },
  fields: { max: 60, reason: 'As many fields as are read of one form.' },
  repositories: { max: 50, reason: 'Other repositories whose pull requests are watched.' },
  severities: { max: 10, reason: 'Each is a word of a command.' },
  maintenance: { max: 50, reason: 'Each rule is expanded for every report.' },
  interval: { max: 999, reason: 'INTERVAL and COUNT of a recurrence rule; bounds its expansion.' },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;
