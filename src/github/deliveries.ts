import type { Instant } from '../calendar/time.ts';
import type { Api } from './api.ts';
import { When, z } from './schemas.ts';

/** 500 failed deliveries: after a longer outage every open ticket is looked at. */
const PAGES_MAX = 5;

const DeliveryJson = z.object({ id: z.number(), guid: z.string(), delivered_at: When, redelivery: z.boolean(), status_code: z.number() });

export type FailedDelivery = { readonly id: number; readonly guid: string };
/** `whole`: GitHub listed no more since then. */
export type FailedDeliveries = { readonly failed: readonly FailedDelivery[]; readonly whole: boolean };

/**
 * Webhooks that we did not take since then, newest first, each once. GitHub never sends them again by itself (`platform.md`, 1.3); one that
 * failed again when it was asked for is left to the sweeps.
 */
export async function failedDeliveries(api: Api, since: Instant): Promise<FailedDeliveries> {
  const failed = new Map<string, FailedDelivery>();
  let cursor = '';
  for (let page = 0; ; page++) {
    const got = await api.get({}, `/app/hook/deliveries?per_page=100&status=failure${cursor}`, z.array(DeliveryJson));
    for (const { id, guid, delivered_at: at, redelivery } of got.data)
      if (!redelivery && at >= since && !failed.has(guid)) failed.set(guid, { id, guid });
    const whole = got.cursor === undefined || (got.data.at(-1)?.delivered_at ?? 0) < since;
    if (whole || page === PAGES_MAX - 1) return { failed: [...failed.values()], whole };
    cursor = `&cursor=${encodeURIComponent(got.cursor ?? '')}`;
  }
}

/** Has GitHub send it again, with the same id. No content comes of that: hundreds after a weekend must not wait for a budget of hours. */
export async function redeliver(api: Api, id: number): Promise<void> {
  await api.write({}, 'bare', 'POST', `/app/hook/deliveries/${id}/attempts`);
}
