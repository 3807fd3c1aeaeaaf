import { afterAll } from 'vitest';
import { openPostgres } from '../../src/store/postgres.ts';
import { asAdmin, freshDatabase } from '../support/postgres.ts';
import { storeContract } from './contract.ts';
import { modelContract } from './contract-model.ts';

storeContract('PostgreSQL', async () => openPostgres(await freshDatabase()));

const shared: string[] = [];
afterAll(() => {
  shared.length = 0;
});

/** One database for all runs of the model, emptied: making one takes longer than a run. */
async function emptied() {
  shared[0] ??= await freshDatabase();
  const store = await openPostgres(shared[0]);
  await asAdmin(shared[0], 'truncate alarm, lease');
  return store;
}

modelContract('PostgreSQL', emptied, 60);
