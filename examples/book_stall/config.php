<?php
date_default_timezone_set('Asia/Shanghai');
ini_set('display_errors', '0');

function cfg(string $name, string $default = ''): string { return getenv($name) ?: $default; }
function pem(string $name): string { return str_replace('\n', "\n", cfg($name)); }

// 价格单位：分
const BOOKS = [
    1 => ['title' => '边城（旧版平装）', 'price' => 1200, 'note' => '书脊略有磨损，内页干净'],
    2 => ['title' => '围城（精装）', 'price' => 6660, 'note' => '九成新，带书衣'],
    3 => ['title' => '红楼梦（全四册）', 'price' => 19900, 'note' => '八成新，第一册有铅笔批注'],
];

const STATES = [
    'NOTPAY' => '待支付', 'USERPAYING' => '支付中', 'SUCCESS' => '已支付', 'REFUND' => '已退款',
    'CLOSED' => '已关闭', 'REVOKED' => '已撤销', 'PAYERROR' => '支付失败',
];

function db(): PDO
{
    static $pdo = null;
    if ($pdo === null) {
        $pdo = new PDO('sqlite:' . cfg('BOOKS_DB', __DIR__ . '/books.db'));
        $pdo->setAttribute(PDO::ATTR_DEFAULT_FETCH_MODE, PDO::FETCH_ASSOC);
        $pdo->exec('CREATE TABLE IF NOT EXISTS orders (
            out_trade_no TEXT PRIMARY KEY, book_id INTEGER NOT NULL, total INTEGER NOT NULL,
            method TEXT NOT NULL, state TEXT NOT NULL, pay_url TEXT, transaction_id TEXT,
            created_at TEXT NOT NULL, paid_at TEXT)');
        $pdo->exec('CREATE TABLE IF NOT EXISTS shipments (
            out_trade_no TEXT PRIMARY KEY, book_id INTEGER NOT NULL, shipped_at TEXT NOT NULL)');
    }
    return $pdo;
}

function run(string $sql, array $args): PDOStatement
{
    $st = db()->prepare($sql);
    $st->execute($args);
    return $st;
}

function find_order(string $no): ?array
{
    return run('SELECT * FROM orders WHERE out_trade_no = ?', [$no])->fetch() ?: null;
}

// 回调和主动查单都走这里
function apply_transaction(array $tx): void
{
    $order = find_order($tx['out_trade_no'] ?? '');
    if (!$order) {
        throw new RuntimeException('订单不存在');
    }
    $state = $tx['trade_state'] ?? '';
    if ($state !== 'SUCCESS') {
        run("UPDATE orders SET state = ? WHERE out_trade_no = ? AND state <> 'SUCCESS'", [$state, $order['out_trade_no']]);
        return;
    }
    if (($tx['mchid'] ?? '') !== cfg('WECHAT_PAY_MCH_ID') || (int)($tx['amount']['total'] ?? 0) !== (int)$order['total']) {
        throw new RuntimeException('商户号或金额不符: ' . $order['out_trade_no']);
    }
    db()->beginTransaction();
    $st = run("UPDATE orders SET state = 'SUCCESS', transaction_id = ?, paid_at = ? WHERE out_trade_no = ? AND state <> 'SUCCESS'",
        [$tx['transaction_id'] ?? '', $tx['success_time'] ?? date('c'), $order['out_trade_no']]);
    if ($st->rowCount() === 1) {
        run('INSERT INTO shipments (out_trade_no, book_id, shipped_at) VALUES (?, ?, ?)',
            [$order['out_trade_no'], $order['book_id'], date('c')]);
    }
    db()->commit(); // 出异常时连接关闭自动回滚
}
