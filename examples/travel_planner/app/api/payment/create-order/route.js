import { NextResponse } from 'next/server';
import { config } from '@/lib/config.js';
import { createPayment } from '@/lib/payment-service.js';
import { currentUser } from '@/lib/session.js';

const TYPES = ['h5', 'qr', 'jsapi'];

export async function POST(request) {
  const body = await request.json().catch(() => null);
  const { amount, description, paymentMethod, paymentType, metadata } = body ?? {};
  if (paymentMethod !== 'wechat' || !TYPES.includes(paymentType)) {
    return NextResponse.json({ error: 'Unsupported payment method or type' }, { status: 400 });
  }
  if (!Number.isInteger(amount) || amount < 1 || amount > 100_000_000) {
    return NextResponse.json({ error: 'Invalid amount' }, { status: 400 });
  }
  if (config.mcp.experience && amount > config.mcp.maxAmount) {
    return NextResponse.json({ error: '金额超过体验版单笔限额 (amount over the experience limit)' }, { status: 400 });
  }
  if (paymentType === 'jsapi' && !metadata?.openid) {
    return NextResponse.json({ error: 'openid is required for JSAPI' }, { status: 400 });
  }
  try {
    const payment = await createPayment({
      amount,
      description: description || '智游助手旅行方案',
      paymentType,
      userId: currentUser(request)?.email ?? 'guest',
      openid: paymentType === 'jsapi' ? metadata.openid : undefined,
      clientIp: request.headers.get('x-forwarded-for')?.split(',')[0].replace('::ffff:', '') || '127.0.0.1',
    });
    return NextResponse.json(payment, { status: 201 });
  } catch (err) {
    console.error('create-order failed:', err);
    return NextResponse.json({ success: false, error: '下单失败，请稍后重试' }, { status: 502 });
  }
}
