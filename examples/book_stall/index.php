<?php
require_once __DIR__ . '/wechat.php';

function h($s): string { return htmlspecialchars((string)$s, ENT_QUOTES, 'UTF-8'); }
function yuan(int $fen): string { return '¥' . number_format($fen / 100, 2); }

function page(string $title, string $html, int $code = 200): void
{
    http_response_code($code);
    header('Content-Type: text/html; charset=utf-8');
    echo '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        . '<title>' . h($title) . '</title><style>body{max-width:40em;margin:2em auto;font-family:sans-serif}</style>'
        . '<h1>' . h($title) . '</h1>' . $html . '<p><a href="/">返回书摊</a></p></html>';
    exit;
}

function go(string $url): void
{
    header('Location: ' . $url, true, 303);
    exit;
}

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$post = $_SERVER['REQUEST_METHOD'] === 'POST';
if ($path === '/notify.php') {
    require __DIR__ . '/notify.php';
    exit;
}
try {
    if ($path === '/') {
        $html = '<ul>';
        foreach (BOOKS as $id => $b) {
            $html .= "<li><a href=\"/book?id=$id\">" . h($b['title']) . '</a> ' . yuan($b['price']) . '</li>';
        }
        page('旧书摊', $html . '</ul>');
    }

    if ($path === '/book') {
        $id = (int)($_GET['id'] ?? 0);
        $b = BOOKS[$id] ?? page('没有这本书', '', 404);
        page($b['title'], '<p>' . h($b['note']) . '</p><p>价格：' . yuan($b['price']) . '</p>'
            . '<form method="post" action="/buy"><input type="hidden" name="id" value="' . $id . '">'
            . '<label><input type="radio" name="method" value="native" checked> 扫码支付</label> '
            . '<label><input type="radio" name="method" value="h5"> 手机支付</label> <button>购买</button></form>');
    }

    if ($path === '/buy' && $post) {
        $id = (int)($_POST['id'] ?? 0);
        $b = BOOKS[$id] ?? page('没有这本书', '', 404);
        $method = ($_POST['method'] ?? '') === 'h5' ? 'h5' : 'native';
        $no = date('YmdHis') . bin2hex(random_bytes(6));
        run("INSERT INTO orders (out_trade_no, book_id, total, method, state, created_at) VALUES (?, ?, ?, ?, 'NOTPAY', ?)",
            [$no, $id, $b['price'], $method, date('c')]);
        $url = wx_create($method, $no, $b['title'], $b['price']);
        run('UPDATE orders SET pay_url = ? WHERE out_trade_no = ?', [$url, $no]);
        go('/order?no=' . $no);
    }

    if ($path === '/check' && $post) {
        $o = find_order($_POST['no'] ?? '') ?? page('没有这个订单', '', 404);
        if ($o['state'] !== 'SUCCESS') {
            apply_transaction(wx_request('GET', '/v3/pay/transactions/out-trade-no/' . $o['out_trade_no'] . '?mchid=' . cfg('WECHAT_PAY_MCH_ID')));
        }
        go('/order?no=' . $o['out_trade_no']);
    }

    if ($path === '/order') {
        $o = find_order($_GET['no'] ?? '') ?? page('没有这个订单', '', 404);
        $html = '<p>订单号：' . h($o['out_trade_no']) . '</p><p>' . h(BOOKS[$o['book_id']]['title']) . ' ' . yuan((int)$o['total'])
            . '</p><p>状态：<strong>' . (STATES[$o['state']] ?? h($o['state'])) . ($o['state'] === 'SUCCESS' ? '，已发货' : '') . '</strong></p>';
        if (in_array($o['state'], ['NOTPAY', 'USERPAYING', 'PAYERROR'], true) && $o['pay_url']) {
            $html .= $o['method'] === 'h5' ? '<p><a href="' . h($o['pay_url']) . '">打开微信支付</a></p>'
                : '<p>请用微信扫码支付：<a href="' . h($o['pay_url']) . '">' . h($o['pay_url']) . '</a></p>';
            $html .= '<form method="post" action="/check"><input type="hidden" name="no" value="' . h($o['out_trade_no'])
                . '"><button>我已付款</button></form>';
        }
        page('订单', $html);
    }

    page('页面不存在', '', 404);
} catch (WechatError $e) {
    error_log($e->getMessage());
    page('支付暂时不可用', '<p>暂时联系不上微信支付，请稍后再试。</p>', 502);
} catch (Throwable $e) {
    error_log((string)$e);
    page('出错了', '<p>系统开小差了，请稍后再试。</p>', 500);
}
