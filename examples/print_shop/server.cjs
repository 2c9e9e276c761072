'use strict';

const fs = require('node:fs');
const path = require('node:path');
const crypto = require('node:crypto');
const { DatabaseSync } = require('node:sqlite');
const express = require('express');
const { Wechatpay, Rsa, Formatter, Aes: { AesGcm } } = require('wechatpay-axios-plugin');

function env(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`Missing environment variable ${name}`);
    process.exit(1);
  }
  return value;
}

// Accepts PEM text (also with literal \n) or a path to a PEM file.
function pem(name) {
  const value = env(name);
  if (value.includes('-----BEGIN')) return value.replace(/\\n/g, '\n');
  return fs.readFileSync(value, 'utf8');
}

const config = {
  appId: env('WECHAT_PAY_APP_ID'),
  mchId: env('WECHAT_PAY_MCH_ID'),
  serial: env('WECHAT_PAY_CERT_SERIAL'),
  privateKey: pem('WECHAT_PAY_PRIVATE_KEY'),
  apiV3Key: env('WECHAT_PAY_APIV3_KEY'),
  publicKeyId: env('WECHAT_PAY_PUBLIC_KEY_ID'),
  publicKey: pem('WECHAT_PAY_PUBLIC_KEY'),
  notifyUrl: env('WECHAT_PAY_NOTIFY_URL'),
  baseURL: process.env.WECHAT_PAY_BASE_URL,
};

const platformKey = Rsa.from(config.publicKey, Rsa.KEY_TYPE_PUBLIC);

const wxpay = new Wechatpay({
  mchid: config.mchId,
  serial: config.serial,
  privateKey: Rsa.from(config.privateKey, Rsa.KEY_TYPE_PRIVATE),
  certs: { [config.publicKeyId]: platformKey },
  timeout: 10000,
  ...(config.baseURL ? { baseURL: config.baseURL } : {}),
});

const POSTERS = {
  dunes: { title: 'Dunes', priceCents: 3500 },
  harbour: { title: 'Harbour', priceCents: 12800 },
  orchard: { title: 'Orchard', priceCents: 6900 },
};

const db = new DatabaseSync(process.env.PRINTS_DB || path.join(__dirname, 'prints.db'));
db.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY,
    sku TEXT NOT NULL, quantity INTEGER NOT NULL, total_cents INTEGER NOT NULL,
    status TEXT NOT NULL, code_url TEXT,
    transaction_id TEXT, paid_cents INTEGER, paid_at TEXT,
    created_at TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS print_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL UNIQUE REFERENCES orders(id),
    sku TEXT NOT NULL, quantity INTEGER NOT NULL, created_at TEXT NOT NULL
  );
`);

const getOrder = (id) => db.prepare('SELECT * FROM orders WHERE id = ?').get(id);
const getJob = (id) => db.prepare('SELECT id FROM print_jobs WHERE order_id = ?').get(id);
const setStatus = (id, status) => db.prepare('UPDATE orders SET status = ? WHERE id = ?').run(status, id);

function newOrderId() {
  const day = new Date().toISOString().slice(0, 10).replace(/-/g, '');
  return `PS${day}${crypto.randomBytes(8).toString('hex')}`;
}

function publicOrder(order) {
  return {
    id: order.id, sku: order.sku, quantity: order.quantity,
    totalCents: order.total_cents, status: order.status,
    codeUrl: order.status === 'awaiting' ? order.code_url : null,
    paidCents: order.paid_cents, paidAt: order.paid_at, transactionId: order.transaction_id,
    printJob: Boolean(getJob(order.id)),
  };
}

// Takes a decrypted notification or a query result; both have the same shape.
function applyTransaction(order, trx) {
  if (order.status === 'printing') return;

  switch (trx.trade_state) {
    case 'SUCCESS': return markPaid(order, trx);
    case 'CLOSED':
    case 'REVOKED': return setStatus(order.id, 'void');
    case 'PAYERROR': return setStatus(order.id, 'failed');
    case 'REFUND': return setStatus(order.id, 'check');
    default: // NOTPAY, USERPAYING: still waiting
  }
}

function markPaid(order, trx) {
  const paid = trx.amount?.total;
  const ok = paid === order.total_cents && (trx.amount.currency || 'CNY') === 'CNY';
  if (!ok) console.error(`Order ${order.id}: expected ${order.total_cents}, got ${paid}`);

  const now = new Date().toISOString();
  db.exec('BEGIN IMMEDIATE');
  try {
    db.prepare('UPDATE orders SET status = ?, transaction_id = ?, paid_cents = ?, paid_at = ? WHERE id = ?')
      .run(ok ? 'printing' : 'check', trx.transaction_id ?? null, paid ?? null, trx.success_time ?? now, order.id);
    if (ok) {
      db.prepare('INSERT OR IGNORE INTO print_jobs (order_id, sku, quantity, created_at) VALUES (?, ?, ?, ?)')
        .run(order.id, order.sku, order.quantity, now);
    }
    db.exec('COMMIT');
  } catch (err) {
    db.exec('ROLLBACK');
    throw err;
  }
}

const logWechatError = (what, err) =>
  console.error(what, err.response?.status ?? err.code ?? '', err.response?.data ?? err.message);

const app = express();
app.use(express.static(path.join(__dirname, 'public')));

// The signature covers the raw body, so this route comes before express.json().
app.post('/pay/wechat/notify', express.text({ type: '*/*' }), (req, res) => {
  const fail = (status, message) => res.status(status).json({ code: 'FAIL', message });

  const timestamp = req.get('Wechatpay-Timestamp');
  const nonce = req.get('Wechatpay-Nonce');
  const signature = req.get('Wechatpay-Signature');
  const serial = req.get('Wechatpay-Serial');
  const { body } = req;

  if (!timestamp || !nonce || !signature || typeof body !== 'string') return fail(400, 'bad request');
  if (serial !== config.publicKeyId) return fail(401, 'unknown serial');
  if (Math.abs(Formatter.timestamp() - Number(timestamp)) > 300) return fail(401, 'timestamp expired');
  if (!Rsa.verify(Formatter.response(timestamp, nonce, body), signature, platformKey)) {
    return fail(401, 'bad signature');
  }

  try {
    const { resource } = JSON.parse(body);
    const trx = JSON.parse(
      AesGcm.decrypt(resource.ciphertext, config.apiV3Key, resource.nonce, resource.associated_data),
    );
    const order = getOrder(trx.out_trade_no);
    if (!order) return fail(404, 'order not found');
    applyTransaction(order, trx);
    res.json({ code: 'SUCCESS', message: 'OK' });
  } catch (err) {
    console.error('notify failed', err);
    fail(500, 'internal error');
  }
});

app.use(express.json());

app.get('/api/posters', (req, res) => {
  res.json(Object.entries(POSTERS).map(([sku, poster]) => ({ sku, ...poster })));
});

app.post('/api/orders', async (req, res) => {
  const { sku, quantity } = req.body ?? {};
  const poster = Object.hasOwn(POSTERS, String(sku)) ? POSTERS[sku] : null;
  if (!poster) return res.status(400).json({ error: 'Unknown poster' });
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > 20) {
    return res.status(400).json({ error: 'Quantity must be a whole number from 1 to 20' });
  }

  const id = newOrderId();
  const totalCents = poster.priceCents * quantity;
  db.prepare('INSERT INTO orders (id, sku, quantity, total_cents, status, created_at) VALUES (?, ?, ?, ?, ?, ?)')
    .run(id, sku, quantity, totalCents, 'awaiting', new Date().toISOString());

  try {
    const { data } = await wxpay.v3.pay.transactions.native.post({
      appid: config.appId,
      mchid: config.mchId,
      description: `${poster.title} poster x ${quantity}`,
      out_trade_no: id,
      notify_url: config.notifyUrl,
      amount: { total: totalCents, currency: 'CNY' },
    });
    db.prepare('UPDATE orders SET code_url = ? WHERE id = ?').run(data.code_url, id);
    res.status(201).json({ id, codeUrl: data.code_url, totalCents, status: 'awaiting' });
  } catch (err) {
    logWechatError(`create ${id}`, err);
    setStatus(id, 'failed');
    res.status(502).json({ error: 'Could not start the WeChat payment, please try again', id, status: 'failed' });
  }
});

app.get('/api/orders/:id', (req, res) => {
  const order = getOrder(req.params.id);
  if (!order) return res.status(404).json({ error: 'Order not found' });
  res.json(publicOrder(order));
});

app.post('/api/orders/:id/refresh', async (req, res) => {
  const order = getOrder(req.params.id);
  if (!order) return res.status(404).json({ error: 'Order not found' });
  try {
    const { data } = await wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$.get({
      params: { mchid: config.mchId },
      out_trade_no: order.id,
    });
    applyTransaction(getOrder(order.id), data);
  } catch (err) {
    logWechatError(`refresh ${order.id}`, err);
    return res.status(502).json({ error: 'Could not reach WeChat Pay, please try again' });
  }
  res.json(publicOrder(getOrder(order.id)));
});

app.use((err, req, res, next) => {
  const status = err.status || 500;
  if (status >= 500) console.error(err);
  res.status(status).json({ error: status < 500 ? err.message : 'Internal error' });
});

const port = Number(process.env.PORT) || 3100;
app.listen(port, () => console.log(`Print shop on port ${port}`));
