import crypto from 'node:crypto';

// Everything at the top level but the signature, sorted, empty values left out.
export function signingString(params) {
  return Object.keys(params)
    .filter((key) => key !== 'signature' && params[key] !== undefined && params[key] !== null && params[key] !== '')
    .sort()
    .map((key) => `${key}=${params[key]}`)
    .join('&');
}

export const sign = (params, key) =>
  crypto.createSign('RSA-SHA256').update(signingString(params), 'utf8').sign(key, 'base64');

export function verify(params, key) {
  if (!params.signature) return false;
  return crypto.createVerify('RSA-SHA256').update(signingString(params), 'utf8').verify(key, params.signature, 'base64');
}
