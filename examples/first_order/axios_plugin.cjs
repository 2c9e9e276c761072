// node axios_plugin.cjs ORDER: a Native order of ¥19.90 through wechatpay-axios-plugin, until it is paid.
"use strict";

const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { Aes, Formatter, Rsa, Wechatpay } = require("wechatpay-axios-plugin");

const env = process.env;
const [out_trade_no] = process.argv.slice(2);
const platform = readFileSync("keys/pub_key.pem");
const pay = new Wechatpay({
  mchid: env.WECHAT_PAY_MCH_ID,
  serial: env.WECHAT_PAY_CERT_SERIAL,
  privateKey: readFileSync("keys/apiclient_key.pem"),
  certs: { [env.WECHAT_PAY_PUBLIC_KEY_ID]: platform },
  headers: { "Wechatpay-Serial": env.WECHAT_PAY_PUBLIC_KEY_ID },
});

const shop = createServer((request, answer) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces).toString();
    const said = (name) => request.headers[`wechatpay-${name}`] ?? "";
    const signed = Formatter.response(said("timestamp"), said("nonce"), body);
    const fresh = Math.abs(Date.now() / 1000 - said("timestamp")) < 300;
    if (!fresh || !Rsa.verify(signed, said("signature"), Rsa.from(platform, Rsa.KEY_TYPE_PUBLIC))) {
      answer.writeHead(401).end();
      return;
    }
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource;
    const paid = JSON.parse(Aes.AesGcm.decrypt(ciphertext, env.WECHAT_PAY_APIV3_KEY, nonce, associated_data));
    answer.writeHead(204).end();
    if (paid.out_trade_no === out_trade_no && paid.trade_state === "SUCCESS" && paid.amount.total === 1990) {
      console.log(`paid ${out_trade_no}, callback verified`);
      shop.close();
      shop.closeAllConnections();
    }
  });
});

shop.listen(new URL(env.WECHAT_PAY_NOTIFY_URL).port, "127.0.0.1", async () => {
  const { data } = await pay.v3.pay.transactions.native.post({
    appid: env.WECHAT_PAY_APP_ID,
    mchid: env.WECHAT_PAY_MCH_ID,
    description: "龙井 250 克",
    out_trade_no,
    notify_url: env.WECHAT_PAY_NOTIFY_URL,
    amount: { total: 1990, currency: "CNY" },
  });
  console.log(`ordered ${out_trade_no}: ${data.code_url}`);
});
