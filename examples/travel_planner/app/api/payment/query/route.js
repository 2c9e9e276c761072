import { NextResponse } from 'next/server';
import { queryPayment } from '@/lib/payment-service.js';

async function answer(outTradeNo) {
  if (typeof outTradeNo !== 'string' || !outTradeNo) {
    return NextResponse.json({ success: false, error: 'outTradeNo is required' }, { status: 400 });
  }
  try {
    const found = await queryPayment(outTradeNo);
    return NextResponse.json(found, { status: found.success ? 200 : 404 });
  } catch (err) {
    console.error('query failed:', err);
    return NextResponse.json({ success: false, outTradeNo, error: '查询失败，请稍后重试' }, { status: 502 });
  }
}

export async function POST(request) {
  const body = await request.json().catch(() => null);
  return answer(body?.outTradeNo);
}

export async function GET(request) {
  return answer(request.nextUrl.searchParams.get('outTradeNo'));
}
