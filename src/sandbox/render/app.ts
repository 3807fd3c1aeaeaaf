import { iso } from '../../calendar/time.ts';
import type { Installation } from '../state.ts';
import type { World } from '../world/world.ts';
import { type Json, nodeId, userJson } from './account.ts';

/** `integration`: the App. */
export function integrationJson(world: World): Json {
  const { app } = world.state;
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: userJson(world, world.account(app.ownerId)),
    name: app.name,
    description: null,
    external_url: `${world.urls.html}/apps/${app.slug}`,
    html_url: `${world.urls.html}/apps/${app.slug}`,
    created_at: iso(app.createdAt),
    updated_at: iso(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

/** `installation`. */
export function installationJson(world: World, one: Installation): Json {
  const account = world.account(one.accountId);
  const { api, html } = world.urls;
  const settings = account.type === 'Organization' ? `${html}/organizations/${account.login}/settings` : `${html}/settings`;
  return {
    id: one.id,
    client_id: world.state.app.clientId,
    account: userJson(world, account),
    repository_selection: one.selection,
    access_tokens_url: `${api}/app/installations/${one.id}/access_tokens`,
    repositories_url: `${api}/installation/repositories`,
    html_url: `${settings}/installations/${one.id}`,
    app_id: world.state.app.id,
    app_slug: world.state.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: one.permissions,
    events: one.events,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: one.suspendedById === null ? null : userJson(world, world.account(one.suspendedById)),
    suspended_at: one.suspendedAt === null ? null : iso(one.suspendedAt),
  };
}
