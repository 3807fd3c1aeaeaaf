import { vi } from 'vitest';

/** Every wait in real time that is asked for from now on, in milliseconds, whether or not it takes place. To be restored. */
export function waitsAsked(): { readonly waits: readonly number[]; restore(): void } {
  const waits: number[] = [];
  const real = globalThis.setTimeout;
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((...asked: Parameters<typeof real>) => {
    waits.push(Number(asked[1] ?? 0));
    return real(...asked);
  }) as never);
  return { waits, restore: () => spy.mockRestore() };
}
