// node node_v3.cjs ORDER: a Native order of ¥19.90 through wechatpay-node-v3, until it is paid.
// Its host is fixed: https://api.mch.weixin.qq.com. Answers are not verified, callbacks are.
"use strict";

const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const WxPay = require("wechatpay-node-v3");

const env = process.env;
const [out_trade_no] = process.argv.slice(2);
const pay = new WxPay({
  appid: env.WECHAT_PAY_APP_ID,
  mchid: env.WECHAT_PAY_MCH_ID,
  publicKey: readFileSync("keys/apiclient_cert.pem"), // where it reads the serial number
  privateKey: readFileSync("keys/apiclient_key.pem"),
  key: env.WECHAT_PAY_APIV3_KEY,
});
WxPay.certificates = { [env.WECHAT_PAY_PUBLIC_KEY_ID]: readFileSync("keys/pub_key.pem") };

const shop = createServer((request, answer) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", async () => {
    const body = Buffer.concat(pieces).toString();
    const said = (name) => request.headers[`wechatpay-${name}`] ?? "";
    const [timestamp, nonceSaid, signature, serial] = ["timestamp", "nonce", "signature", "serial"].map(said);
    const fresh = Math.abs(Date.now() / 1000 - timestamp) < 300 && serial === env.WECHAT_PAY_PUBLIC_KEY_ID;
    if (!fresh || !(await pay.verifySign({ timestamp, nonce: nonceSaid, body, serial, signature }))) {
      answer.writeHead(401).end();
      return;
    }
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource;
    const paid = pay.decipher_gcm(ciphertext, associated_data, nonce, env.WECHAT_PAY_APIV3_KEY);
    answer.writeHead(204).end();
    if (paid.out_trade_no === out_trade_no && paid.trade_state === "SUCCESS" && paid.amount.total === 1990) {
      console.log(`paid ${out_trade_no}, callback verified`);
      shop.close();
      shop.closeAllConnections();
    }
  });
});

shop.listen(new URL(env.WECHAT_PAY_NOTIFY_URL).port, "127.0.0.1", async () => {
  const { status, data, error } = await pay.transactions_native({
    description: "龙井 250 克",
    out_trade_no,
    notify_url: env.WECHAT_PAY_NOTIFY_URL,
    amount: { total: 1990, currency: "CNY" },
  });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(error)}`);
  console.log(`ordered ${out_trade_no}: ${data.code_url}`);
});
