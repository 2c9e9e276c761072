import { cookies } from 'next/headers';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { readToken } from '@/lib/session.js';

export default async function Dashboard() {
  const user = readToken((await cookies()).get('access_token')?.value);
  if (!user) redirect('/login');
  return <main><p data-testid="user-info">{user.email}</p><Link href="/payment">支付旅行方案</Link></main>;
}
