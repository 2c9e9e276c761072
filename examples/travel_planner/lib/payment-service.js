import { config } from './config.js';
import * as classic from './wechat-classic-client.js';
import * as mcp from './wechat-mcp-client.js';
import { addOrder, getOrder, markPaid, notePayment, setStatus } from './orders.js';

const STATUS = {
  SUCCESS: 'paid',
  REFUND: 'refunded',
  NOTPAY: 'pending',
  USERPAYING: 'pending',
  CLOSED: 'cancelled',
  REVOKED: 'cancelled',
  PAYERROR: 'failed',
};

const newOutTradeNo = () => `ST${Date.now()}${Math.random().toString(36).slice(2, 10)}`;

export async function createPayment({ amount, description, paymentType, userId, openid, clientIp }) {
  const order = { outTradeNo: newOutTradeNo(), amount, description, paymentType, userId, openid, clientIp };
  addOrder(order);

  let result;
  let mcpEnabled = config.mcp.enabled;
  if (mcpEnabled) {
    try {
      result = await mcp.createOrder(order);
    } catch (err) {
      console.error(`MCP create ${order.outTradeNo} failed, using the classic API:`, err.message);
      mcpEnabled = false;
    }
  }
  result ??= await classic.createOrder(order);
  notePayment(order.outTradeNo, result.paymentId, mcpEnabled);

  return {
    success: true,
    paymentId: result.paymentId,
    outTradeNo: order.outTradeNo,
    paymentUrl: result.paymentUrl,
    qrCode: result.qrCode,
    metadata: {
      mcpEnabled: mcpEnabled || undefined,
      mcpRequestId: result.requestId,
      jsapiParams: result.jsapiParams,
      expireTime: result.expireTime,
    },
  };
}

export async function queryPayment(outTradeNo) {
  const order = getOrder(outTradeNo);
  if (!order) return { success: false, outTradeNo, error: 'Order not found' };
  const found = await (order.mcp ? mcp : classic).queryOrder(outTradeNo);
  apply(outTradeNo, found);
  const { status, amount, paid_at: paidAt } = getOrder(outTradeNo);
  return { success: true, outTradeNo, status, amount, paidAt };
}

export function apply(outTradeNo, told) {
  const status = STATUS[told.tradeState] ?? 'pending';
  if (status === 'paid') markPaid(outTradeNo, told);
  else setStatus(outTradeNo, status);
}
