// wechatpay-node-v3 as its readme has it: node node_v3.cjs PACKAGES SETTINGS CALLS, both JSON.
// It reads the serial number off the merchant's own certificate, and knows one host, so its sender is replaced.
// CALLS is [[operation, argument], …]; prints for each the status and what came with it.
"use strict";

const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

const [packages, given, calls] = process.argv.slice(2);
const ofTheLock = createRequire(`${packages}/`);
const WxPay = ofTheLock("wechatpay-node-v3");
const { PayRequest } = ofTheLock("wechatpay-node-v3/dist/lib/pay-request");
const env = JSON.parse(given);
const here = (url) => url.replace("https://api.mch.weixin.qq.com", env.WECHAT_PAY_BASE_URL);
const sender = new PayRequest();
const pay = new WxPay({
  appid: env.WECHAT_PAY_APP_ID,
  mchid: env.WECHAT_PAY_MCH_ID,
  publicKey: readFileSync(`${env.keys}/apiclient_cert.pem`),
  privateKey: readFileSync(`${env.keys}/apiclient_key.pem`),
  key: env.WECHAT_PAY_APIV3_KEY,
});
// As its upload and transfer calls do: the serial of the merchant's own certificate, as if it were the platform's.
const asItDoes = (headers) => ({ ...headers, "Wechatpay-Serial": pay.serial_no });
pay.createHttp({
  get: (url, headers) => sender.get(here(url), asItDoes(headers)),
  post: (url, body, headers) => sender.post(here(url), body, asItDoes(headers)),
});
if (env.platform.startsWith("PUB_KEY_ID_")) {
  WxPay.certificates = { [env.platform]: readFileSync(env.platform_file) };
}
const operations = {
  order: ({ appid, mchid, ...order }) => pay.transactions_native(order),
  query: (out_trade_no) => pay.query({ out_trade_no }),
  close: (out_trade_no) => pay.close(out_trade_no),
  refund: (refund) => pay.refunds(refund),
  refundQuery: (out_refund_no) => pay.find_refunds(out_refund_no),
  callback: async ({ headers, body }) => {
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource;
    const genuine = await pay.verifySign({
      timestamp: headers["wechatpay-timestamp"],
      nonce: headers["wechatpay-nonce"],
      body,
      serial: headers["wechatpay-serial"],
      signature: headers["wechatpay-signature"],
    });
    return { status: genuine ? 200 : 401, data: pay.decipher_gcm(ciphertext, associated_data, nonce) };
  },
};

async function main() {
  const told = [];
  for (const [operation, argument] of JSON.parse(calls)) {
    const { status, data, error } = await operations[operation](argument);
    told.push({ status, data: error === undefined ? data : JSON.parse(error) });
  }
  console.log(JSON.stringify(told));
}

main();
