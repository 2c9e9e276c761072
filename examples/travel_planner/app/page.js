import Link from 'next/link';

export default function Home() {
  return <main><h1>智游助手</h1><Link href="/payment">支付旅行方案</Link> · <Link href="/login">登录</Link></main>;
}
