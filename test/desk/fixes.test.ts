import { expect, test } from 'vitest';
import { OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { opens, told } from '../support/told.ts';

const policies = policiesFrom(OFFICE);
const [A, B] = ['acme/desk#8', 'acme/desk#9'];
/** Two pull requests of Monday, 09:30 and 09:45. */
const two = () => opens('mon 09:00', 'P2').fixLinked('mon 09:30', 'mark', A).fixLinked('mon 09:45', 'mark', B);

/** `confirming since mon 10:00` */
const marker = (story: Story, readAt: string): string => {
  const { is, since } = told(story, readAt, policies).ticket.marker;
  return `${is} since ${shown(since)}`;
};

for (const [claim, story, want] of [
  ['a merge while another fix is open is not the last', two().fixMerged('mon 10:00', 'mark', A), 'progress since mon 09:30'],
  ['the merge of the last one is', two().fixMerged('mon 10:00', 'mark', A).fixMerged('mon 11:00', 'mark', B), 'confirming since mon 11:00'],
  [
    'so is one before which the other was given up',
    two().fixClosed('mon 09:59', B).fixMerged('mon 10:00', 'mark', A),
    'confirming since mon 10:00',
  ],
  [
    'a merge that another was open at is the fix when that one is given up',
    two().fixMerged('mon 10:00', 'mark', A).fixClosed('mon 11:00', B),
    'confirming since mon 11:00',
  ],
  [
    'a fix that is linked later leaves the 🟡 of an earlier merge',
    opens('mon 09:00', 'P2').fixLinked('mon 09:30', 'mark', A).fixMerged('mon 10:00', 'mark', A).fixLinked('mon 11:00', 'mark', B),
    'confirming since mon 10:00',
  ],
  [
    'one that is linked in the very second of the merge was not there before it',
    opens('mon 09:00', 'P2').fixLinked('mon 09:30', 'mark', A).fixMerged('mon 10:00', 'mark', A).fixLinked('mon 10:00', 'mark', B),
    'confirming since mon 10:00',
  ],
  [
    'two merges in one second are both of them the last',
    two().fixMerged('mon 10:00', 'mark', A).fixMerged('mon 10:00', 'mark', B),
    'confirming since mon 10:00',
  ],
] as const)
  test(claim, () => expect(marker(story, 'mon 12:00')).toBe(want));
