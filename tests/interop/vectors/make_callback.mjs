// Makes callback.json: a whole payment callback built with Node's crypto alone, none of our code.
// Run it with Node 18 or newer:  node tests/interop/vectors/make_callback.mjs > tests/interop/vectors/callback.json
// TEST ONLY: the keys are made here, for this file, and protect nothing.

import { createCipheriv, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});
const base64Der = (key, type) => key.export({ type, format: 'der' }).toString('base64');
const serial = 'PUB_KEY_ID_0119000072912026112300000000';
const apiv3Key = randomBytes(16).toString('hex');

const resource = {
  mchid: '1900007291', appid: 'wx2421b1c4370ec43b', out_trade_no: 'order-20261123-001',
  transaction_id: '4200001234202611231234567890', trade_type: 'NATIVE', trade_state: 'SUCCESS',
  trade_state_desc: '支付成功', bank_type: 'OTHERS', attach: '桌号 7 “靠窗”',
  success_time: '2026-11-23T12:30:00+08:00', payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 1990, payer_total: 1490, currency: 'CNY', payer_currency: 'CNY' },
};

const plaintext = JSON.stringify(resource);
const aeadNonce = randomBytes(6).toString('hex');
const cipher = createCipheriv('aes-256-gcm', apiv3Key, aeadNonce);
cipher.setAAD(Buffer.from('transaction'));
const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);

const body = JSON.stringify({
  id: '8e6bb0c6-6f0c-5f7e-9a39-6f8a2f0f4b11', create_time: '2026-11-23T12:30:00+08:00',
  resource_type: 'encrypt-resource', event_type: 'TRANSACTION.SUCCESS', summary: '支付成功',
  resource: {
    original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', ciphertext: sealed.toString('base64'),
    associated_data: 'transaction', nonce: aeadNonce,
  },
});

const timestamp = '1795408200';
const nonce = randomBytes(16).toString('hex').toUpperCase();
const signature = createSign('RSA-SHA256').update(`${timestamp}\n${nonce}\n${body}\n`).sign(privateKey, 'base64');

console.log(JSON.stringify({
  made_by: 'tests/interop/vectors/make_callback.mjs', warning: 'TEST ONLY keys, they protect nothing',
  private_key: base64Der(privateKey, 'pkcs8'), public_key: base64Der(publicKey, 'spki'),
  serial, apiv3_key: apiv3Key, plaintext, body,
  headers: {
    'Wechatpay-Timestamp': timestamp, 'Wechatpay-Nonce': nonce, 'Wechatpay-Signature': signature,
    'Wechatpay-Serial': serial, 'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  },
}, null, 2));
