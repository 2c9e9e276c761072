const flag = (name) => process.env[name] === 'true';

// Keys come as PEM, or as bare base64 the way the merchant platform shows them.
function pem(name, kind) {
  const value = (process.env[name] ?? '').replaceAll('\\n', '\n').trim();
  return value.includes('-----BEGIN') ? value : `-----BEGIN ${kind}-----\n${value}\n-----END ${kind}-----`;
}

export const config = {
  mcp: {
    enabled: flag('PAYMENT_MCP_ENABLED'),
    endpoint: process.env.WECHAT_MCP_ENDPOINT,
    merchantId: process.env.WECHAT_MCP_MERCHANT_ID,
    privateKey: pem('WECHAT_MCP_PRIVATE_KEY', 'PRIVATE KEY'),
    publicKey: pem('WECHAT_MCP_PUBLIC_KEY', 'PUBLIC KEY'),
    experience: flag('WECHAT_MCP_EXPERIENCE') || flag('MCP_EXPERIENCE_MODE'),
    timeout: Number(process.env.MCP_TIMEOUT) || 30000,
    retries: Number(process.env.MCP_RETRY_COUNT) || 3,
    maxAmount: Number(process.env.MCP_MAX_AMOUNT) || 10000,
  },
  classic: {
    baseUrl: process.env.WECHAT_PAY_BASE_URL || 'https://api.mch.weixin.qq.com',
    appId: process.env.WECHAT_PAY_APP_ID,
    mchId: process.env.WECHAT_PAY_MCH_ID,
    serial: process.env.WECHAT_PAY_CERT_SERIAL,
    privateKey: pem('WECHAT_PAY_PRIVATE_KEY', 'PRIVATE KEY'),
    publicKeyId: process.env.WECHAT_PAY_PUBLIC_KEY_ID,
    publicKey: pem('WECHAT_PAY_PUBLIC_KEY', 'PUBLIC KEY'),
    apiV3Key: process.env.WECHAT_PAY_APIV3_KEY,
  },
  notifyUrl: process.env.WECHAT_PAY_NOTIFY_URL || 'http://localhost:3000/api/payment/wechat/notify',
  jwtSecret: process.env.JWT_ACCESS_SECRET || process.env.JWT_SECRET,
};
