-- A database of the shop as it was before an order had a provider.

CREATE TABLE IF NOT EXISTS sessions (
    token_digest TEXT PRIMARY KEY,
    account      TEXT NOT NULL,
    expires      REAL NOT NULL           -- wire time, Unix seconds
);
CREATE TABLE IF NOT EXISTS orders (
    out_trade_no   TEXT PRIMARY KEY,
    account        TEXT NOT NULL,
    order_id       TEXT NOT NULL,        -- the page's own name for what is being bought
    generation     INTEGER NOT NULL,     -- grows only after the earlier number was closed
    goods          TEXT NOT NULL,
    description    TEXT NOT NULL,
    amount         INTEGER NOT NULL,     -- fen
    kind           TEXT NOT NULL,        -- qr | h5 | jsapi | miniprogram
    openid         TEXT NOT NULL,        -- of the payer, for the bridge; fixed at first creation
    client_ip      TEXT NOT NULL,        -- of the payer, for H5; fixed at first creation
    time_expire    INTEGER NOT NULL,     -- business time, Unix seconds; fixed at first creation
    created        REAL NOT NULL,        -- business time
    placement_state TEXT NOT NULL,       -- new | maybe | placed: what the platform can know of it
    placements     INTEGER NOT NULL DEFAULT 0,
    code_url       TEXT NOT NULL DEFAULT '',
    h5_url         TEXT NOT NULL DEFAULT '',
    bridge         TEXT NOT NULL DEFAULT '',  -- the bridge's parameters, as JSON
    expires        REAL,                 -- when the platform says that it ends, Unix seconds
    dialect        TEXT NOT NULL DEFAULT '',  -- the wire that brought it in the end
    request_id     TEXT NOT NULL DEFAULT '',
    status         TEXT NOT NULL,
    attention      TEXT NOT NULL DEFAULT '',
    paid_amount    INTEGER NOT NULL DEFAULT 0,
    transaction_id TEXT NOT NULL DEFAULT '',
    paid_at        TEXT NOT NULL DEFAULT '',
    query_start    REAL NOT NULL,        -- business time
    query_step     INTEGER NOT NULL DEFAULT 0,
    query_due      REAL,                 -- business time; NULL: nothing more to ask
    UNIQUE (account, order_id, generation)
);
CREATE INDEX IF NOT EXISTS orders_due ON orders (query_due) WHERE query_due IS NOT NULL;
CREATE TABLE IF NOT EXISTS credits (
    id           INTEGER PRIMARY KEY,
    out_trade_no TEXT NOT NULL,
    amount       INTEGER NOT NULL,
    source       TEXT NOT NULL           -- callback | query | front-end
);
CREATE INDEX IF NOT EXISTS credits_order ON credits (out_trade_no);
CREATE TABLE IF NOT EXISTS refunds (
    out_refund_no TEXT PRIMARY KEY,
    out_trade_no  TEXT NOT NULL,
    refund_key    TEXT NOT NULL,         -- the page's own name for what is given back
    refund        INTEGER NOT NULL,      -- fen
    reason        TEXT NOT NULL,
    created       REAL NOT NULL,         -- business time
    state         TEXT NOT NULL,
    refund_id     TEXT NOT NULL DEFAULT '',
    payer_refund  INTEGER,               -- fen; NULL: the platform has not said
    query_step    INTEGER NOT NULL DEFAULT 0,
    query_due     REAL,                  -- business time; NULL: nothing more to ask
    UNIQUE (out_trade_no, refund_key)
);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds (query_due) WHERE query_due IS NOT NULL;
CREATE TABLE IF NOT EXISTS inbox (
    id      INTEGER PRIMARY KEY,
    due     REAL NOT NULL,               -- wire time, Unix seconds
    payment TEXT NOT NULL                -- a believed transaction, as JSON
);
CREATE TABLE IF NOT EXISTS confirmations (
    out_trade_no TEXT PRIMARY KEY,
    letter       TEXT NOT NULL
);

-- A paid order, part of which went back, and one that waits to be paid.
INSERT INTO orders (out_trade_no, account, order_id, generation, goods, description, amount, kind, openid, client_ip,
    time_expire, created, placement_state, placements, code_url, status, paid_amount, transaction_id, paid_at, query_start)
VALUES ('GL20261101000001', 'shopper@example.com', 'tea', 0, 'tea', '龙井 250 克', 1990, 'qr', '', '',
    1793600000, 1793500000.0, 'placed', 1, 'weixin://wxpay/bizpayurl?pr=paid', 'paid', 1990,
    '4200000000202611010000000001', '2026-11-01T10:00:00+08:00', 1793500000.0),
  ('GL20261101000002', 'shopper@example.com', 'cake', 0, 'cake', '蛋糕', 500, 'qr', '', '',
    1793600000, 1793500000.0, 'placed', 1, 'weixin://wxpay/bizpayurl?pr=open', 'pending', 0, '', '', 1793500000.0);
INSERT INTO credits (out_trade_no, amount, source) VALUES ('GL20261101000001', 1990, 'callback');
INSERT INTO refunds (out_refund_no, out_trade_no, refund_key, refund, reason, created, state, refund_id, payer_refund)
VALUES ('GLR20261101000001', 'GL20261101000001', 'part', 500, '', 1793501000.0, 'success', '50300000002026110100001', 500);
