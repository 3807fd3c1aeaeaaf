import { describe, expect, test } from 'vitest';
import { addressProblem, openStore } from '../../src/store/open.ts';

describe('an address of PostgreSQL that ends its host in the middle of a password', () => {
  for (const url of [
    'postgres://desk:p@ss#hunter@db:5432/desk',
    'postgres://desk:p@ss#hunter',
    'postgres://desk:p@ss/hunter@db/desk',
    'postgresql://desk:p@ss?hunter@db/desk',
  ])
    test(`${url} is refused without a word of it, and nobody is asked`, async () => {
      const said = await openStore(url).then(
        () => 'it opened',
        (error: Error) => error.message,
      );
      expect(said).toMatch(/^The address of the store can be read in two ways: .*%23/);
      expect(said).not.toMatch(/hunter|\bss\b|desk/);
    });

  for (const url of [
    'postgres://desk:p@ss@db:5432/desk',
    'postgres://desk:p%40ss%23@db/desk?sslmode=require&options=-csearch_path%3Dx',
    'postgresql:///desk?host=/var/run/postgresql',
    './data/desk#1.sqlite',
  ])
    test(`${url} is one`, () => expect(addressProblem(url)).toBeUndefined());
});
