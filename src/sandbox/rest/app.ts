import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { iso } from '../../calendar/time.ts';
import { installationJson, integrationJson } from '../render/app.ts';
import { repositoryJson } from '../render/repository.ts';
import type { DeliveryRow, Installation, Permissions, Token } from '../state.ts';
import { reposOf } from '../world/installations.ts';
import { Refused, type World } from '../world/world.ts';
import { type Answer, type Call, notFound, objectOf, ok, paged, type Route } from './answer.ts';
import { allows } from './auth.ts';

const TOKEN_LIFE_MS = 3_600_000;

function installationById(call: Call): Installation {
  const one = call.world.state.installations[Number(call.params.installation_id)];
  if (!one) throw notFound();
  return one;
}

function createToken(call: Call): Answer {
  const { world } = call;
  const installation = installationById(call);
  if (installation.suspendedAt !== null) throw new Refused('This installation has been suspended', 403);
  const { repositories, repository_ids, permissions } = objectOf(call.body) as {
    repositories?: string[];
    repository_ids?: number[];
    permissions?: Permissions;
  };
  for (const [name, level] of Object.entries(permissions ?? {}))
    if (!allows(installation.permissions, name, level))
      throw new Refused('The permissions requested are not granted to this installation.', 422);
  const covered = reposOf(world, installation);
  const wanted =
    repositories || repository_ids
      ? covered.filter((repo) => repositories?.includes(repo.name) || repository_ids?.includes(repo.id))
      : installation.selection === 'selected'
        ? covered
        : undefined;
  if (wanted && wanted.length < new Set([...(repositories ?? []), ...(repository_ids ?? [])]).size)
    throw new Refused('There is at least one repository that does not exist or is not accessible to the parent installation.', 422);
  const token: Token = {
    token: `ghs_${randomBytes(27).toString('hex').slice(0, 36)}`,
    installation: installation.id,
    permissions: permissions ?? installation.permissions,
    repoIds: repositories || repository_ids ? (wanted ?? []).map((repo) => repo.id) : null,
    expiresAtMs: Date.now() + TOKEN_LIFE_MS,
  };
  dropExpired(world);
  world.state.tokens[token.token] = token;
  return ok(
    {
      token: token.token,
      expires_at: `${new Date(token.expiresAtMs).toISOString().slice(0, 19)}Z`,
      permissions: token.permissions,
      repository_selection: wanted ? 'selected' : 'all',
      ...(wanted && { repositories: wanted.map((repo) => repositoryJson(world, repo)) }),
    },
    201,
  );
}

function dropExpired(world: World): void {
  const now = Date.now();
  for (const [key, token] of Object.entries(world.state.tokens)) if (token.expiresAtMs <= now) delete world.state.tokens[key];
}

function deliveryJson(row: DeliveryRow): Record<string, unknown> {
  return {
    id: row.id,
    guid: row.guid,
    delivered_at: iso(row.dueAt),
    redelivery: row.redelivery,
    duration: row.durationS,
    status: row.status,
    status_code: row.statusCode,
    event: row.event,
    action: row.action,
    installation_id: row.installation,
    repository_id: row.repo,
    throttled_at: null,
  };
}

function listDeliveries(call: Call): Answer {
  const status = call.query.get('status');
  const good = (row: DeliveryRow): boolean => row.statusCode >= 200 && row.statusCode < 400;
  const rows = call.hooks.list().filter((row) => !status || (status === 'success') === good(row));
  const size = Math.min(100, Number(call.query.get('per_page') ?? 30));
  const cursor = call.query.get('cursor');
  const from = cursor ? rows.findIndex((row) => `v1_${row.id}` === cursor) : 0;
  if (from < 0) throw new Refused('Invalid cursor', 422);
  const next = rows[from + size];
  const url = new URL(call.url);
  if (next) url.searchParams.set('cursor', `v1_${next.id}`);
  return { ...ok(rows.slice(from, from + size).map(deliveryJson)), headers: next ? { link: `<${url}>; rel="next"` } : {} };
}

function oneDelivery(call: Call): Answer {
  const row = call.hooks.list().find((one) => one.id === Number(call.params.delivery_id));
  if (!row) throw notFound();
  const request = { headers: call.hooks.headersOf(row), payload: JSON.parse(row.body) };
  return ok({ ...deliveryJson(row), url: '', request, response: { headers: {}, payload: row.response } });
}

/** The end of the manifest flow: from now on the twin's App is the one of the manifest, with a key of its own. */
function convertManifest(call: Call): Answer {
  const { world } = call;
  const code = call.params.code!;
  const pending = world.state.manifests[code];
  if (!pending) throw notFound();
  delete world.state.manifests[code];
  const { manifest } = pending;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const webhookSecret = randomBytes(20).toString('hex');
  const name = String(manifest.name ?? world.state.app.name);
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  world.state.app = {
    ...world.state.app,
    name,
    slug,
    ownerId: pending.ownerId,
    permissions: (manifest.default_permissions ?? world.state.app.permissions) as Permissions,
    events: (manifest.default_events ?? world.state.app.events) as string[],
  };
  world.rename(world.bot(), `${slug}[bot]`);
  world.state.registered = { publicKeyPem: String(publicKey.export({ type: 'spki', format: 'pem' })), webhookSecret };
  const pem = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
  return ok({ ...integrationJson(world), client_secret: randomBytes(20).toString('hex'), webhook_secret: webhookSecret, pem }, 201);
}

function listRepositories(call: Call): Answer {
  const { caller, world } = call;
  if (caller.kind !== 'installation') throw notFound();
  const only = caller.token.repoIds;
  const repos = reposOf(world, caller.installation).filter((repo) => !only || only.includes(repo.id));
  return paged(
    call,
    repos,
    (repo) => repositoryJson(world, repo),
    (repositories) => ({ total_count: repos.length, repository_selection: caller.installation.selection, repositories }),
  );
}

export const APP_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/app', as: 'app', run: (call) => ok(integrationJson(call.world)) },
  {
    method: 'GET',
    path: '/app/installations',
    as: 'app',
    run: (call) => paged(call, Object.values(call.world.state.installations), (one) => installationJson(call.world, one)),
  },
  {
    method: 'GET',
    path: '/app/installations/{installation_id}',
    as: 'app',
    run: (call) => ok(installationJson(call.world, installationById(call))),
  },
  { method: 'POST', path: '/app/installations/{installation_id}/access_tokens', as: 'app', run: createToken },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/installation',
    as: 'app',
    run: (call) => {
      const one = call.world.installationOf(call.repo);
      if (!one) throw notFound();
      return ok(installationJson(call.world, one));
    },
  },
  { method: 'GET', path: '/app/hook/deliveries', as: 'app', run: listDeliveries },
  { method: 'GET', path: '/app/hook/deliveries/{delivery_id}', as: 'app', run: oneDelivery },
  {
    method: 'POST',
    path: '/app/hook/deliveries/{delivery_id}/attempts',
    as: 'app',
    run: (call) => {
      call.hooks.redeliver(Number(call.params.delivery_id));
      return ok({}, 202);
    },
  },
  { method: 'POST', path: '/app-manifests/{code}/conversions', as: 'nobody', run: convertManifest },
  { method: 'GET', path: '/installation/repositories', as: 'installation', run: listRepositories },
];
