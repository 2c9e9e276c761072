import { DatabaseSync } from 'node:sqlite';

let opened;

// Opened on first use: the build imports every route, several at once.
function db() {
  if (!opened) {
    opened = new DatabaseSync(process.env.PAYMENTS_DB || 'payments.db');
    opened.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA busy_timeout = 5000;
      CREATE TABLE IF NOT EXISTS orders (
        out_trade_no TEXT PRIMARY KEY,
        user_id TEXT NOT NULL, description TEXT NOT NULL, amount INTEGER NOT NULL,
        payment_type TEXT NOT NULL, payment_id TEXT, mcp INTEGER,
        status TEXT NOT NULL DEFAULT 'pending',
        paid_amount INTEGER, transaction_id TEXT, paid_at TEXT, unlocked INTEGER NOT NULL DEFAULT 0
      )`);
  }
  return opened;
}

export const getOrder = (outTradeNo) => db().prepare('SELECT * FROM orders WHERE out_trade_no = ?').get(outTradeNo);

export function addOrder(order) {
  db().prepare('INSERT INTO orders (out_trade_no, user_id, description, amount, payment_type) VALUES (?, ?, ?, ?, ?)')
    .run(order.outTradeNo, order.userId, order.description, order.amount, order.paymentType);
}

export function notePayment(outTradeNo, paymentId, mcp) {
  db().prepare('UPDATE orders SET payment_id = ?, mcp = ? WHERE out_trade_no = ?').run(paymentId, mcp ? 1 : 0, outTradeNo);
}

// A paid order unlocks one travel plan; a second notification changes nothing.
export function markPaid(outTradeNo, { amount, transactionId, paidAt }) {
  db().prepare(`UPDATE orders SET status = 'paid', paid_amount = ?, transaction_id = ?, paid_at = ?, unlocked = unlocked + 1
    WHERE out_trade_no = ? AND status <> 'paid'`)
    .run(amount ?? null, transactionId ?? null, String(paidAt ?? new Date().toISOString()), outTradeNo);
}

export function setStatus(outTradeNo, status) {
  db().prepare(`UPDATE orders SET status = ? WHERE out_trade_no = ? AND status <> 'paid'`).run(status, outTradeNo);
}
