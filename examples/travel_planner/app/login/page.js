'use client';
import { useState } from 'react';

export default function Login() {
  const [error, setError] = useState('');

  async function submit(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    const res = await fetch('/api/user/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fields),
    });
    if (res.ok) window.location.href = '/dashboard';
    else setError((await res.json()).error);
  }

  return (
    <form onSubmit={submit}>
      <h1>登录</h1>
      <input name="email" type="email" placeholder="邮箱" required />
      <input name="password" type="password" placeholder="密码" required />
      <button type="submit">登录</button>
      <p>{error}</p>
    </form>
  );
}
