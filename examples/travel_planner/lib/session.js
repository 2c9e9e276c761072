import crypto from 'node:crypto';
import { config } from './config.js';

const USERS = { 'demo@example.com': 'travel-2026' };
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const mac = (text) => crypto.createHmac('sha256', config.jwtSecret).update(text).digest('base64url');

export function signIn(email, password) {
  if (!Object.hasOwn(USERS, email) || USERS[email] !== password) return null;
  const token = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ email, exp: Date.now() + 3600e3 })}`;
  return `${token}.${mac(token)}`;
}

export function readToken(token) {
  const [header, payload, signature] = (token ?? '').split('.');
  if (!signature || mac(`${header}.${payload}`) !== signature) return null;
  const user = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return user.exp > Date.now() ? user : null;
}

export const currentUser = (request) => readToken(request.cookies.get('access_token')?.value);
