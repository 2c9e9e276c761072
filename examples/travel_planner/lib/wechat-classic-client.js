import crypto from 'node:crypto';
import { config } from './config.js';

const { classic } = config;
const PATHS = { qr: 'native', h5: 'h5', jsapi: 'jsapi' };

export function rsaSign(text) {
  return crypto.createSign('RSA-SHA256').update(text).sign(classic.privateKey, 'base64');
}

export function rsaVerify(headers, body) {
  const signed = `${headers.get('wechatpay-timestamp')}\n${headers.get('wechatpay-nonce')}\n${body}\n`;
  const signature = headers.get('wechatpay-signature') ?? '';
  return crypto.createVerify('RSA-SHA256').update(signed).verify(classic.publicKey, signature, 'base64');
}

export function decrypt({ ciphertext, nonce, associated_data: aad }) {
  const sealed = Buffer.from(ciphertext, 'base64');
  const opener = crypto.createDecipheriv('aes-256-gcm', classic.apiV3Key, nonce);
  opener.setAuthTag(sealed.subarray(-16));
  opener.setAAD(Buffer.from(aad ?? ''));
  return JSON.parse(Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]).toString('utf8'));
}

async function request(method, path, data) {
  const body = data ? JSON.stringify(data) : '';
  const timestamp = Math.floor(Date.now() / 1000);
  const nonce = crypto.randomBytes(16).toString('hex');
  const signature = rsaSign(`${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`);
  const res = await fetch(classic.baseUrl + path, {
    method,
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'Wechatpay-Serial': classic.publicKeyId,
      Authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${classic.mchId}",nonce_str="${nonce}",`
        + `timestamp="${timestamp}",serial_no="${classic.serial}",signature="${signature}"`,
    },
    body: body || undefined,
    signal: AbortSignal.timeout(10000),
  });
  const text = await res.text();
  if (!res.ok) throw new Error(`WeChat Pay answered HTTP ${res.status}: ${text}`);
  if (!rsaVerify(res.headers, text)) throw new Error('WeChat Pay answer: bad signature');
  return JSON.parse(text);
}

export async function createOrder(order) {
  const answer = await request('POST', `/v3/pay/transactions/${PATHS[order.paymentType]}`, {
    appid: classic.appId,
    mchid: classic.mchId,
    description: order.description,
    out_trade_no: order.outTradeNo,
    notify_url: config.notifyUrl,
    amount: { total: order.amount, currency: 'CNY' },
    payer: order.openid ? { openid: order.openid } : undefined,
    scene_info: order.paymentType === 'h5'
      ? { payer_client_ip: order.clientIp, h5_info: { type: 'Wap' } } : undefined,
  });
  return {
    paymentId: answer.prepay_id ?? order.outTradeNo,
    paymentUrl: answer.h5_url,
    qrCode: answer.code_url,
    jsapiParams: answer.prepay_id && bridgeParams(answer.prepay_id),
  };
}

function bridgeParams(prepayId) {
  const timeStamp = String(Math.floor(Date.now() / 1000));
  const nonceStr = crypto.randomBytes(16).toString('hex');
  const pack = `prepay_id=${prepayId}`;
  const paySign = rsaSign(`${classic.appId}\n${timeStamp}\n${nonceStr}\n${pack}\n`);
  return { appId: classic.appId, timeStamp, nonceStr, package: pack, signType: 'RSA', paySign };
}

export async function queryOrder(outTradeNo) {
  const answer = await request('GET', `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${classic.mchId}`);
  return {
    tradeState: answer.trade_state,
    amount: answer.amount?.total,
    transactionId: answer.transaction_id,
    paidAt: answer.success_time,
  };
}
