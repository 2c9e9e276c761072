-- Everything is read at once when a simulator starts, so nothing is indexed. `of` is an order's id.
BEGIN IMMEDIATE;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- Credentials of both sides, private keys among them.
CREATE TABLE accounts (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
-- With their refunds, less what has rows of its own.
CREATE TABLE orders (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE intents (id INTEGER PRIMARY KEY, of INTEGER NOT NULL, record TEXT NOT NULL);
CREATE TABLE events (
    id     INTEGER PRIMARY KEY,
    of     INTEGER NOT NULL,
    at     TEXT NOT NULL,
    kind   TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TABLE ledger (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE notifications (
    id      INTEGER PRIMARY KEY,
    waiting INTEGER NOT NULL,          -- whether an attempt of it is still to come
    record  TEXT NOT NULL,
    body    BLOB NOT NULL
);
PRAGMA application_id = 1198476406;    -- GoLv
PRAGMA user_version = 1;
COMMIT;
