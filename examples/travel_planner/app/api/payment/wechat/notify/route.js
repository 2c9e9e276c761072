import { NextResponse } from 'next/server';
import { config } from '@/lib/config.js';
import { verify } from '@/lib/envelope.js';
import { getOrder } from '@/lib/orders.js';
import { apply } from '@/lib/payment-service.js';
import { decrypt, rsaVerify } from '@/lib/wechat-classic-client.js';

const WINDOW_MS = 300_000;
const fail = (status, message) => NextResponse.json({ code: 'FAIL', message }, { status });

// Orders over MCP are told of in a signed envelope, orders over the classic API in an APIv3 notification.
export async function POST(request) {
  const text = await request.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return fail(400, 'not JSON');
  }
  try {
    return body.notifyType ? fromMcp(body) : fromClassic(request.headers, text, body);
  } catch (err) {
    console.error('notify failed:', err);
    return fail(500, 'internal error');
  }
}

function fromMcp(notify) {
  if (Math.abs(Date.now() - notify.timestamp) > WINDOW_MS) return fail(401, 'timestamp expired');
  if (!verify(notify, config.mcp.publicKey)) return fail(401, 'bad signature');
  return take(notify.outTradeNo, {
    tradeState: notify.status,
    amount: notify.totalAmount,
    transactionId: notify.transactionId,
    paidAt: notify.paidTime,
  });
}

function fromClassic(headers, text, body) {
  const timestamp = Number(headers.get('wechatpay-timestamp'));
  if (Math.abs(Date.now() - timestamp * 1000) > WINDOW_MS) return fail(401, 'timestamp expired');
  if (headers.get('wechatpay-serial') !== config.classic.publicKeyId) return fail(401, 'unknown serial');
  if (!rsaVerify(headers, text)) return fail(401, 'bad signature');
  const told = decrypt(body.resource);
  return take(told.out_trade_no, {
    tradeState: told.trade_state,
    amount: told.amount?.total,
    transactionId: told.transaction_id,
    paidAt: told.success_time,
  });
}

function take(outTradeNo, told) {
  if (!getOrder(outTradeNo)) return fail(404, 'order not found');
  apply(outTradeNo, told);
  return NextResponse.json({ code: 'SUCCESS', message: 'OK' });
}
