// wechatpay-axios-plugin as its readme has it: node axios_plugin.cjs PACKAGES SETTINGS CALLS, both JSON.
// CALLS is [[operation, argument], …]; prints for each what the SDK returns, or the answer inside of what it throws.
"use strict";

const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

const [packages, given, calls] = process.argv.slice(2);
const { Wechatpay, Rsa, Aes, Formatter } = createRequire(`${packages}/`)("wechatpay-axios-plugin");
const env = JSON.parse(given);
const certs = { [env.platform]: readFileSync(env.platform_file) };
const pay = new Wechatpay({
  mchid: env.WECHAT_PAY_MCH_ID,
  serial: env.WECHAT_PAY_CERT_SERIAL,
  privateKey: readFileSync(`${env.keys}/apiclient_key.pem`),
  certs,
  baseURL: env.WECHAT_PAY_BASE_URL,
  headers: env.platform.startsWith("PUB_KEY_ID_") ? { "Wechatpay-Serial": env.platform } : {},
});
const mchid = env.WECHAT_PAY_MCH_ID;
const transactions = pay.v3.pay.transactions;
const refunds = pay.v3.refund.domestic.refunds;
const operations = {
  order: (body) => transactions.native.post(body),
  query: (out_trade_no) => transactions.outTradeNo.$out_trade_no$.get({ params: { mchid }, out_trade_no }),
  close: (out_trade_no) => transactions.outTradeNo.$out_trade_no$.close.post({ mchid }, { out_trade_no }),
  refund: (body) => refunds.post(body),
  bill: async ([kind, params]) => {
    const applied = await pay.v3.bill[kind].get({ params });
    const link = new URL(applied.data.download_url);
    const { status, data } = await pay.chain(link.pathname.slice(1)).get({
      params: Object.fromEntries(link.searchParams),
      responseType: "arraybuffer",
    });
    return { status, data: { hash: applied.data.hash_value, file: Buffer.from(data).toString("base64") } };
  },
  refundQuery: (out_refund_no) => refunds.$out_refund_no$.get({ out_refund_no }),
  callback: ({ headers, body }) => {
    const signed = Formatter.response(headers["wechatpay-timestamp"], headers["wechatpay-nonce"], body);
    const key = Rsa.from(certs[headers["wechatpay-serial"]], Rsa.KEY_TYPE_PUBLIC);
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource;
    return {
      status: Rsa.verify(signed, headers["wechatpay-signature"], key) ? 200 : 401,
      data: JSON.parse(Aes.AesGcm.decrypt(ciphertext, env.WECHAT_PAY_APIV3_KEY, nonce, associated_data)),
    };
  },
};

async function main() {
  const told = [];
  for (const [operation, argument] of JSON.parse(calls)) {
    try {
      const { status, data } = await operations[operation](argument);
      told.push({ status, data });
    } catch (error) {
      if (!error.response) throw error;
      told.push({ status: error.response.status, data: error.response.data });
    }
  }
  console.log(JSON.stringify(told));
}

main();
