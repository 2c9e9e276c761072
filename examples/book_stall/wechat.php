<?php
require_once __DIR__ . '/config.php';

class WechatError extends RuntimeException {}

function wx_request(string $method, string $path, ?array $data = null): array
{
    $body = $data === null ? '' : json_encode($data, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    $ts = (string)time();
    $nonce = bin2hex(random_bytes(16));
    $key = openssl_pkey_get_private(pem('WECHAT_PAY_PRIVATE_KEY'));
    if (!$key || !openssl_sign("$method\n$path\n$ts\n$nonce\n$body\n", $sig, $key, OPENSSL_ALGO_SHA256)) {
        throw new WechatError('商户私钥无效');
    }
    $auth = sprintf(
        'WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",timestamp="%s",serial_no="%s",signature="%s"',
        cfg('WECHAT_PAY_MCH_ID'), $nonce, $ts, cfg('WECHAT_PAY_CERT_SERIAL'), base64_encode($sig)
    );
    $headers = [];
    $ch = curl_init(rtrim(cfg('WECHAT_PAY_BASE_URL', 'https://api.mch.weixin.qq.com'), '/') . $path);
    curl_setopt_array($ch, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 10,
        CURLOPT_HTTPHEADER => [
            'Authorization: ' . $auth,
            'Accept: application/json', 'Content-Type: application/json', 'User-Agent: book-stall/1.0',
            'Wechatpay-Serial: ' . cfg('WECHAT_PAY_PUBLIC_KEY_ID'),
        ],
        CURLOPT_HEADERFUNCTION => function ($ch, $line) use (&$headers) {
            $p = explode(':', $line, 2);
            $headers[strtolower(trim($p[0]))] = trim($p[1] ?? '');
            return strlen($line);
        },
    ]);
    if ($body !== '') {
        curl_setopt($ch, CURLOPT_POSTFIELDS, $body);
    }
    $res = curl_exec($ch);
    if ($res === false) {
        throw new WechatError('连接微信支付失败: ' . curl_error($ch));
    }
    $code = curl_getinfo($ch, CURLINFO_RESPONSE_CODE);
    $json = json_decode($res, true) ?: [];
    if ($code < 200 || $code >= 300) {
        throw new WechatError(sprintf('微信支付返回 %d %s %s', $code, $json['code'] ?? '', $json['message'] ?? ''));
    }
    if (!wx_verify($headers, $res)) {
        throw new WechatError('微信支付应答验签失败');
    }
    return $json;
}

// $h 的键为小写头名
function wx_verify(array $h, string $body): bool
{
    $ts = $h['wechatpay-timestamp'] ?? '';
    if (($h['wechatpay-serial'] ?? '') !== cfg('WECHAT_PAY_PUBLIC_KEY_ID') || abs(time() - (int)$ts) > 300) {
        return false;
    }
    $msg = "$ts\n" . ($h['wechatpay-nonce'] ?? '') . "\n$body\n";
    $key = openssl_pkey_get_public(pem('WECHAT_PAY_PUBLIC_KEY'));
    return $key && openssl_verify($msg, base64_decode($h['wechatpay-signature'] ?? ''), $key, OPENSSL_ALGO_SHA256) === 1;
}

function wx_decrypt(array $r): array
{
    $raw = base64_decode($r['ciphertext'] ?? '');
    $plain = openssl_decrypt(substr($raw, 0, -16), 'aes-256-gcm', cfg('WECHAT_PAY_APIV3_KEY'), OPENSSL_RAW_DATA,
        $r['nonce'] ?? '', substr($raw, -16), $r['associated_data'] ?? '');
    if ($plain === false) {
        throw new WechatError('回调解密失败');
    }
    return json_decode($plain, true) ?: [];
}

// 返回 code_url 或 h5_url
function wx_create(string $method, string $no, string $title, int $total): string
{
    $data = [
        'appid' => cfg('WECHAT_PAY_APP_ID'),
        'mchid' => cfg('WECHAT_PAY_MCH_ID'),
        'description' => '旧书摊-' . $title,
        'out_trade_no' => $no,
        'notify_url' => cfg('WECHAT_PAY_NOTIFY_URL'),
        'amount' => ['total' => $total, 'currency' => 'CNY'],
    ];
    if ($method === 'h5') {
        $data['scene_info'] = ['payer_client_ip' => $_SERVER['REMOTE_ADDR'], 'h5_info' => ['type' => 'Wap']];
    }
    $r = wx_request('POST', '/v3/pay/transactions/' . $method, $data);
    return $r[$method === 'h5' ? 'h5_url' : 'code_url'] ?? throw new WechatError('微信支付没有返回支付链接');
}
