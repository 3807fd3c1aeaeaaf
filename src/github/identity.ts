import { type Instant, instant } from '../calendar/time.ts';
import type { Store } from '../store/port.ts';
import { Fault } from '../watch/github-port.ts';
import type { Api } from './api.ts';
import type { Me } from './facts.ts';
import { Account, AppRead, InstallationJson, z } from './schemas.ts';

/** An App's slug changes with its name. */
const ME_TTL_S = 3_600;
/** Asked again so soon when GitHub did not say. */
const ME_AGAIN_S = 60;
/** Under which the store keeps it, for all processes and across restarts. */
const KEY = 'me';

const Kept = z.object({ id: z.number(), slug: z.string(), bot: z.number() });

/** Where it is kept who we are; nobody but the App of this id is meant. */
export type KeptMe = { readonly store: Pick<Store, 'getMeta' | 'editMeta'>; readonly appId: number };

/**
 * Who we are. The id of our bot account is asked for with an installation's token, since the App itself may not; while there is no
 * installation it is 0, and there is no comment of ours either. What
 * GitHub said is kept, for an hour here and for good where `kept` is: without it one limit of the App itself would silence every installation.
 */
export function identityOf(api: Api, clock: () => Instant, kept?: KeptMe): (installation?: number) => Promise<Me> {
  let known: (Me & { at: Instant }) | undefined;
  let asking: Promise<Me> | undefined;
  const ask = async (installation: number | undefined): Promise<Me> => {
    const { data: app } = await api.get({}, '/app', AppRead);
    const through = installation ?? (await anyInstallation(api));
    const account =
      through === undefined
        ? undefined
        : await api.find({ installation: through }, `/users/${encodeURIComponent(`${app.slug}[bot]`)}`, Account);
    const me: Me = { id: app.id, slug: app.slug, bot: account?.id ?? 0 };
    if (me.bot === 0) return me;
    known = { ...me, at: clock() };
    await keep(kept, me);
    return me;
  };
  return async (installation) => {
    if (known && known.at > clock() - ME_TTL_S) return known;
    asking ??= ask(installation)
      .catch(async (error: unknown) => {
        // Whom we were an hour ago, or before the start, serves: what limits the App itself, or breaks there, must not stop its installations.
        const before = known ?? (await keptBy(kept));
        if (!before) throw error;
        known = { ...before, at: instant(clock() - ME_TTL_S + ME_AGAIN_S) };
        return known;
      })
      .finally(() => {
        asking = undefined;
      });
    const me = await asking;
    // Without our own account's id we would take our comments for somebody else's.
    if (installation !== undefined && me.bot === 0) throw new Fault('passing', 'our own account is not known yet');
    return me;
  };
}

async function anyInstallation(api: Api): Promise<number | undefined> {
  const { data } = await api.get({}, '/app/installations?per_page=100', z.array(InstallationJson));
  return data.find((one) => typeof one.suspended_at !== 'string')?.id;
}

async function keep(kept: KeptMe | undefined, { id, slug, bot }: Me): Promise<void> {
  const text = JSON.stringify({ id, slug, bot });
  await kept?.store.editMeta(KEY, (before) => (before === text ? undefined : text));
}

/** What cannot be read is nobody. */
async function keptBy(kept: KeptMe | undefined): Promise<Me | undefined> {
  const text = await kept?.store.getMeta(KEY);
  const read = Kept.safeParse(jsonOf(text));
  return read.success && read.data.id === kept?.appId ? read.data : undefined;
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
