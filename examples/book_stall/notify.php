<?php
require_once __DIR__ . '/wechat.php';

function notify_fail(int $code, string $msg): void
{
    http_response_code($code);
    header('Content-Type: application/json; charset=utf-8');
    echo json_encode(['code' => 'FAIL', 'message' => $msg], JSON_UNESCAPED_UNICODE);
    exit;
}

$body = file_get_contents('php://input');
if (!wx_verify(array_change_key_case(getallheaders()), $body)) {
    notify_fail(401, '验签失败');
}
try {
    $event = json_decode($body, true) ?: [];
    if (($event['event_type'] ?? '') === 'TRANSACTION.SUCCESS') {
        apply_transaction(wx_decrypt($event['resource'] ?? []));
    }
} catch (Throwable $e) {
    error_log('notify: ' . $e->getMessage());
    notify_fail(500, '处理失败');
}
http_response_code(204);
