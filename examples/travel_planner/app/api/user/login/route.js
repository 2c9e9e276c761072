import { NextResponse } from 'next/server';
import { signIn } from '@/lib/session.js';

export async function POST(request) {
  const { email, password } = (await request.json().catch(() => null)) ?? {};
  const token = signIn(String(email), String(password));
  if (!token) return NextResponse.json({ error: '邮箱或密码错误' }, { status: 401 });
  const res = NextResponse.json({ success: true });
  res.cookies.set('access_token', token, { httpOnly: true, sameSite: 'lax', path: '/' });
  return res;
}
