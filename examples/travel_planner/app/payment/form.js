'use client';
import QRCode from 'qrcode';
import { useEffect, useState } from 'react';

const TYPES = { qr: '扫码支付', h5: 'H5 支付', jsapi: '公众号支付' };
const STATES = { pending: '待支付', paid: '已支付', failed: '支付失败', cancelled: '已取消', refunded: '已退款' };

async function post(url, body) {
  const res = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return res.json();
}

export default function PaymentForm({ mcpEnabled }) {
  const [paymentType, setPaymentType] = useState('qr');
  const [amount, setAmount] = useState('100');
  const [payment, setPayment] = useState(null);
  const [picture, setPicture] = useState('');
  const [status, setStatus] = useState('pending');

  async function create() {
    setPayment(null);
    const openid = new URLSearchParams(window.location.search).get('openid') ?? undefined;
    const made = await post('/api/payment/create-order', {
      amount: Number(amount), description: '智游助手旅行方案', paymentMethod: 'wechat', paymentType, mcpEnabled,
      metadata: openid && { openid },
    });
    setPicture(made.qrCode ? await QRCode.toDataURL(made.qrCode, { width: 240 }) : '');
    setStatus('pending');
    setPayment(made);
    if (made.paymentUrl) window.location.href = made.paymentUrl;
    const { jsapiParams } = made.metadata ?? {};
    if (jsapiParams) window.WeixinJSBridge?.invoke('getBrandWCPayRequest', jsapiParams, () => refresh(made.outTradeNo));
  }

  async function refresh(outTradeNo) {
    const found = await post('/api/payment/query', { outTradeNo, paymentMethod: 'wechat' });
    if (found.success) setStatus(found.status);
  }

  useEffect(() => {
    if (!payment?.success || status !== 'pending') return undefined;
    const timer = setInterval(() => refresh(payment.outTradeNo), 3000);
    return () => clearInterval(timer);
  }, [payment, status]);

  return (
    <>
      <label><input type="radio" name="method" data-testid="payment-method-wechat" defaultChecked /> 微信支付</label>
      <p>
        {Object.entries(TYPES).map(([type, label]) => (
          <label key={type}>
            <input type="radio" name="type" data-testid={`payment-type-${type}`}
              checked={paymentType === type} onChange={() => setPaymentType(type)} /> {label}
          </label>
        ))}
      </p>
      <label>金额（分）<input data-testid="custom-amount" value={amount} onChange={(e) => setAmount(e.target.value)} /></label>
      <button data-testid="create-payment-button" onClick={create}>立即支付</button>
      {payment && (
        <section data-testid="payment-result">
          {payment.success ? (
            <>
              <p data-testid="order-description">智游助手旅行方案</p>
              <p>订单 {payment.outTradeNo} · <span data-testid="order-amount">¥{(Number(amount) / 100).toFixed(2)}</span> · {STATES[status]}</p>
              {picture && <img src={picture} alt="微信扫码支付" />}
              {payment.paymentUrl && <a href={payment.paymentUrl}>打开微信支付</a>}
              <button onClick={() => refresh(payment.outTradeNo)}>我已支付</button>
            </>
          ) : <p>{payment.error}</p>}
        </section>
      )}
    </>
  );
}
