import { type KeyObject, verify } from 'node:crypto';
import type { Permissions } from '../state.ts';
import { Refused, type World } from '../world/world.ts';
import type { Caller } from './answer.ts';

/** GitHub takes no JWT that lives longer. */
const JWT_LIFE_MAX_S = 600;
/** How far the App's clock may be ahead. */
const SKEW_S = 60;

const unauthorized = (message: string): Refused => new Refused(message, 401);

/** Who asks, by real time: an App's JWT, an installation token, or nobody. Throws what GitHub answers to a bad one. */
export function callerOf(world: World, key: KeyObject, authorization: string | undefined, nowMs: number): Caller {
  if (authorization === undefined || authorization === '') return { kind: 'nobody' };
  const match = /^(?:bearer|token)\s+(\S+)$/i.exec(authorization);
  if (!match) throw unauthorized('Bad credentials');
  const secret = match[1]!;
  if (secret.split('.').length === 3) {
    checkJwt(world, key, secret, Math.floor(nowMs / 1000));
    return { kind: 'app' };
  }
  const token = world.state.tokens[secret];
  const installation = token && world.state.installations[token.installation];
  if (!token || !installation || token.expiresAtMs <= nowMs) throw unauthorized('Bad credentials');
  if (installation.suspendedAt !== null) throw new Refused('This installation has been suspended', 403);
  return { kind: 'installation', token, installation };
}

function checkJwt(world: World, key: KeyObject, jwt: string, now: number): void {
  const [head, body, signature] = jwt.split('.') as [string, string, string];
  let header: { alg?: string };
  let claims: { iss?: unknown; exp?: unknown; iat?: unknown };
  try {
    header = Object(JSON.parse(Buffer.from(head, 'base64url').toString()));
    claims = Object(JSON.parse(Buffer.from(body, 'base64url').toString()));
  } catch {
    throw unauthorized('A JSON web token could not be decoded');
  }
  const good = header.alg === 'RS256' && verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  const { id, clientId } = world.state.app;
  if (String(claims.iss) !== String(id) && claims.iss !== clientId) throw new Refused('Integration not found', 404);
  if (!good) throw unauthorized('A JSON web token could not be decoded');
  if (typeof claims.exp !== 'number' || claims.exp <= now)
    throw unauthorized(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (claims.exp - now > JWT_LIFE_MAX_S + SKEW_S) throw unauthorized("'Expiration time' claim ('exp') is too far in the future");
  if (typeof claims.iat !== 'number' || claims.iat > now + SKEW_S)
    throw unauthorized("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
}

const LEVELS = { read: 1, write: 2, admin: 3 } as const;

export function allows(permissions: Permissions, permission: string, level: 'read' | 'write' | 'admin'): boolean {
  const given = permission === 'metadata' ? 'read' : permissions[permission];
  return given !== undefined && LEVELS[given] >= LEVELS[level];
}
