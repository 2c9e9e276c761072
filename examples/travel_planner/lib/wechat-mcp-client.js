import { config } from './config.js';
import { sign, verify } from './envelope.js';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const newRequestId = () => `MCP_${Date.now()}_${Math.random().toString(36).slice(2, 8)}`;

async function post(url, request) {
  const body = JSON.stringify(request);
  let failure;
  for (let attempt = 0; attempt < config.mcp.retries; attempt++) {
    if (attempt) await wait(Math.min(1000 * 2 ** (attempt - 1), 10000));
    try {
      const res = await fetch(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-MCP-Version': '1.0',
          'X-Merchant-Id': config.mcp.merchantId,
        },
        body,
        signal: AbortSignal.timeout(config.mcp.timeout),
      });
      if (res.ok) return await res.json();
      failure = new Error(`MCP answered HTTP ${res.status}`);
    } catch (err) {
      failure = err;
    }
  }
  throw failure;
}

async function call(operation, params) {
  const request = {
    version: '1.0',
    requestId: newRequestId(),
    timestamp: Date.now(),
    merchantId: config.mcp.merchantId,
    ...params,
  };
  request.signature = sign(request, config.mcp.privateKey);

  const answer = await post(`${config.mcp.endpoint}/wechat/payment/${operation}`, request);
  if (answer.signature && !verify(answer, config.mcp.publicKey)) throw new Error('MCP answer: bad signature');
  if (answer.code !== '0000') throw new Error(`MCP answered ${answer.code}: ${answer.message}`);
  return { ...answer.data, requestId: request.requestId };
}

export async function createOrder(order) {
  const data = await call('create', {
    outTradeNo: order.outTradeNo,
    totalAmount: order.amount,
    subject: order.description,
    paymentMethod: 'wechat',
    paymentType: order.paymentType,
    userId: order.userId,
    notifyUrl: config.notifyUrl,
    openid: order.openid,
    sceneInfo: order.paymentType === 'h5' ? { payer_client_ip: order.clientIp } : undefined,
  });
  return {
    paymentId: data.paymentId ?? data.prepayId,
    paymentUrl: data.mwebUrl ?? data.paymentUrl,
    qrCode: data.qrCode ?? data.codeUrl,
    jsapiParams: data.paySign && {
      appId: data.appId, timeStamp: data.timeStamp, nonceStr: data.nonceStr,
      package: data.package, signType: data.signType, paySign: data.paySign,
    },
    expireTime: data.expireTime,
    requestId: data.requestId,
  };
}

export async function queryOrder(outTradeNo) {
  const data = await call('query', { outTradeNo, paymentMethod: 'wechat' });
  return {
    tradeState: data.tradeState ?? data.status,
    amount: data.totalFee ?? data.totalAmount,
    transactionId: data.transactionId ?? data.paymentId,
    paidAt: data.timeEnd ?? data.paidTime,
  };
}
