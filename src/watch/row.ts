import type { TicketRow } from '../store/port.ts';
import type { Refusal } from './refusals.ts';

/** What the watch keeps in a ticket's row besides its columns. */
export type RowData = {
  readonly refusals?: readonly Refusal[];
  readonly updatedAt?: number;
  readonly title?: string;
  readonly due?: readonly (readonly [string, number])[];
  /** When the first step falls due that `crowd` names the cause of. */
  readonly causedAt?: number;
};

export const dataOf = (row: TicketRow | undefined): RowData => (row ? (JSON.parse(row.data) as RowData) : {});
