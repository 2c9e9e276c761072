-- A database of the shop as it was when WeChat's bills alone were compared.

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
    provider       TEXT NOT NULL DEFAULT 'wechat',  -- wechat | alipay: whose order it is, for good
    kind           TEXT NOT NULL,        -- qr | h5 | jsapi | miniprogram | page
    openid         TEXT NOT NULL,        -- of the payer, for the bridge; fixed at first creation
    client_ip      TEXT NOT NULL,        -- of the payer, for H5; fixed at first creation
    time_expire    INTEGER NOT NULL,     -- business time, Unix seconds; fixed at first creation
    created        REAL NOT NULL,        -- business time
    placement_state TEXT NOT NULL,       -- new | maybe | placed: what the platform can know of it
    placements     INTEGER NOT NULL DEFAULT 0,
    code_url       TEXT NOT NULL DEFAULT '',
    h5_url         TEXT NOT NULL DEFAULT '',  -- where a browser is sent: WeChat's H5, Alipay's H5 and page
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
CREATE TABLE IF NOT EXISTS days (
    day      TEXT PRIMARY KEY,           -- Beijing
    state    TEXT NOT NULL,              -- waiting | done | no-trade | given-up
    due      REAL,                       -- business time; NULL: its bill is not asked for any more
    note     TEXT NOT NULL DEFAULT '',
    payments INTEGER NOT NULL DEFAULT 0, -- rows of the bill
    refunds  INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS days_due ON days (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS differences (
    day          TEXT NOT NULL,
    number       TEXT NOT NULL,          -- of a payment, or of a refund
    out_trade_no TEXT NOT NULL,
    kind         TEXT NOT NULL,          -- missing-here | missing-there | amount
    here         INTEGER,                -- fen
    there        INTEGER
);
CREATE INDEX IF NOT EXISTS differences_day ON differences (day);
CREATE TABLE IF NOT EXISTS inbox (
    id      INTEGER PRIMARY KEY,
    due     REAL NOT NULL,               -- wire time, Unix seconds
    payment TEXT NOT NULL                -- a believed transaction, as JSON
);
CREATE TABLE IF NOT EXISTS confirmations (
    out_trade_no TEXT PRIMARY KEY,
    letter       TEXT NOT NULL
);

-- A day that was compared, with a difference, and one whose bill is to be asked for.
INSERT INTO days (day, state, due, payments, refunds) VALUES
  ('2026-11-01', 'done', NULL, 3, 1), ('2026-11-02', 'waiting', 1793678700.0, 0, 0);
INSERT INTO differences (day, number, out_trade_no, kind, here, there)
VALUES ('2026-11-01', 'GL20261101000001', 'GL20261101000001', 'amount', 1990, 1991);
