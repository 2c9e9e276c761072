<?php
// php order.php ORDER: a Native order of ¥19.90 with nothing but ext-curl and ext-openssl, until it is paid.
// The host is fixed, as in an app that was written for the live platform; answers and callbacks are verified.
const HOST = 'https://api.mch.weixin.qq.com';
$number = $argv[1];
$platform = openssl_pkey_get_public(file_get_contents('keys/pub_key.pem'));

function genuine(array $headers, string $body): bool
{
    global $platform;
    $signed = sprintf("%s\n%s\n%s\n", $headers['wechatpay-timestamp'] ?? '', $headers['wechatpay-nonce'] ?? '', $body);
    return ($headers['wechatpay-serial'] ?? '') === getenv('WECHAT_PAY_PUBLIC_KEY_ID')
        && abs(time() - (int)($headers['wechatpay-timestamp'] ?? 0)) < 300
        && openssl_verify($signed, base64_decode($headers['wechatpay-signature'] ?? ''), $platform, 'sha256') === 1;
}

function headers(array $lines): array
{
    $headers = [];
    foreach ($lines as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $headers[strtolower($name)] = trim($value);
    }
    return $headers;
}

function wechatpay(string $method, string $path, string $body = ''): array
{
    [$time, $nonce, $said] = [time(), bin2hex(random_bytes(16)), []];
    openssl_sign("$method\n$path\n$time\n$nonce\n$body\n", $signature, file_get_contents('keys/apiclient_key.pem'), 'sha256');
    $token = sprintf('mchid="%s",nonce_str="%s",timestamp="%s",serial_no="%s",signature="%s"', getenv('WECHAT_PAY_MCH_ID'),
        $nonce, $time, getenv('WECHAT_PAY_CERT_SERIAL'), base64_encode($signature));
    $curl = curl_init(HOST . $path);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method, CURLOPT_POSTFIELDS => $body, CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10,
        CURLOPT_HTTPHEADER => ["Authorization: WECHATPAY2-SHA256-RSA2048 $token", 'Accept: application/json', 'User-Agent: my-shop',
            'Content-Type: application/json', 'Wechatpay-Serial: ' . getenv('WECHAT_PAY_PUBLIC_KEY_ID')],
        CURLOPT_HEADERFUNCTION => function ($curl, $line) use (&$said) { $said[] = $line; return strlen($line); },
    ]);
    $answer = curl_exec($curl);
    if ($answer === false || curl_getinfo($curl, CURLINFO_RESPONSE_CODE) !== 200 || !genuine(headers($said), $answer)) {
        fwrite(STDERR, curl_error($curl) . $answer . "\n");
        exit(1);
    }
    return json_decode($answer, true);
}

$shop = stream_socket_server('tcp://127.0.0.1:' . parse_url(getenv('WECHAT_PAY_NOTIFY_URL'), PHP_URL_PORT));
if ($shop === false) {
    exit(1); // PHP has said why
}
$order = wechatpay('POST', '/v3/pay/transactions/native', json_encode([
    'appid' => getenv('WECHAT_PAY_APP_ID'), 'mchid' => getenv('WECHAT_PAY_MCH_ID'), 'description' => '龙井 250 克',
    'out_trade_no' => $number, 'notify_url' => getenv('WECHAT_PAY_NOTIFY_URL'), 'amount' => ['total' => 1990, 'currency' => 'CNY'],
]));
echo "ordered $number: {$order['code_url']}\n";
while ($caller = stream_socket_accept($shop, -1)) {
    $lines = [];
    while (trim($line = (string)fgets($caller)) !== '') {
        $lines[] = $line;
    }
    $headers = headers($lines);
    $body = stream_get_contents($caller, (int)($headers['content-length'] ?? 0));
    $believed = genuine($headers, $body);
    fwrite($caller, ($believed ? 'HTTP/1.1 204 No Content' : 'HTTP/1.1 401 Unauthorized') . "\r\nConnection: close\r\n\r\n");
    fclose($caller);
    if ($believed) {
        $sealed = json_decode($body, true)['resource'];
        $bytes = base64_decode($sealed['ciphertext']);
        $paid = json_decode(openssl_decrypt(substr($bytes, 0, -16), 'aes-256-gcm', getenv('WECHAT_PAY_APIV3_KEY'), OPENSSL_RAW_DATA,
            $sealed['nonce'], substr($bytes, -16), $sealed['associated_data']), true);
        if ($paid['out_trade_no'] === $number && $paid['trade_state'] === 'SUCCESS' && $paid['amount']['total'] === 1990) {
            echo "paid $number, callback verified\n";
            exit(0);
        }
    }
}
