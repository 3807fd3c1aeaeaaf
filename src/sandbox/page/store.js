// What the page knows, who the visitor acts as, and the one way of doing something.

import { button, fill } from './dom.js';

/** While the clock runs by itself. */
const POLL_MS = 1000;
const KEY = 'watchkeeper-as';

export const store = { state: undefined, as: remembered(), view: undefined };
const listeners = [];
let busy = false;
let poll;

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? 'rita';
  } catch {
    return 'rita';
  }
}

export const me = () => store.state.people.find((one) => one.login === store.as) ?? store.state.people[0];

/** Called with the state before, after each refresh. */
export const onState = (listener) => listeners.push(listener);

export async function actAs(login) {
  store.as = login;
  try {
    localStorage.setItem(KEY, login);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  await refresh();
}

export class Failure extends Error {
  constructor(message, fields) {
    super(message);
    this.fields = fields;
  }
}

async function asked(path, init) {
  let response;
  try {
    response = await fetch(`/sandbox/api/${path}`, init);
  } catch {
    throw new Failure('The sandbox does not answer. Is it still running in the terminal?');
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failure(body.error ?? `The sandbox answered ${response.status}.`);
  // What a person may not do is no mistake of the page: it comes as an answer.
  if (body.refused) throw new Failure(body.refused, body.fields);
  return body;
}

export const get = (path, query = {}) => asked(`${path}?${new URLSearchParams(query)}`);
export const post = (path, body) =>
  asked(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

let last = Promise.resolve();

/** One after the other, so that an older answer never covers a newer one. */
export function inTurn(work) {
  const next = last.then(work, work);
  last = next.catch(() => {});
  return next;
}

export const refresh = () => inTurn(refreshed);

async function refreshed() {
  const before = store.state;
  store.state = await get('state');
  if (!store.state.people.some((one) => one.login === store.as)) store.as = store.state.people[0].login;
  for (const listener of listeners) listener(before);
  await store.view?.refresh();
  clearTimeout(poll);
  if (store.state.clock.speed > 0) poll = setTimeout(() => refresh().catch(report), POLL_MS);
}

export const clearAlert = () => fill(document.getElementById('alert'));

export function report(error) {
  const close = button('Dismiss', clearAlert, { class: 'plain' });
  fill(document.getElementById('alert'), error instanceof Failure ? error.message : `The page made a mistake: ${error.message}`, close);
}

/**
 * Does one thing at a time and shows what came of it. Answers what the server said; undefined when it was refused (the reason is shown,
 * or given to `refused`) or while something else is being done.
 */
export async function run(work, refused = report) {
  if (busy) return undefined;
  busy = true;
  document.body.classList.add('busy');
  try {
    clearAlert();
    const answer = await work();
    await refresh();
    return answer;
  } catch (error) {
    refused(error);
    return undefined;
  } finally {
    busy = false;
    document.body.classList.remove('busy');
  }
}

/** Something done as the person whom the visitor acts as. */
export const act = (what, refused) => run(() => post('act', { as: store.as, ...what }), refused);
