// What apps of Node's world do, each with the host that it has built in: node unmodified.cjs PACKAGES LOOPBACK KEYS.
// Prints an object: what was done, and the status, the answer or the error that came of it.
"use strict";

const { readFileSync } = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const { createRequire } = require("node:module");

const [packages, loopback, keys] = process.argv.slice(2);
const ofTheLock = createRequire(`${packages}/`);
const WxPay = ofTheLock("wechatpay-node-v3");
const { AlipaySdk } = ofTheLock("alipay-sdk");
const env = process.env;
const path = "/v3/certificates";

const got = (module, options) =>
  new Promise((resolve, reject) => {
    module
      .get(options, (answer) => answer.resume().on("end", () => resolve(answer.statusCode)))
      .on("error", reject);
  });
const fetched = async (url, options) => (await fetch(url, options)).status;
const sdk = new WxPay({
  appid: env.WECHAT_PAY_APP_ID,
  mchid: env.WECHAT_PAY_MCH_ID,
  publicKey: readFileSync(`${keys}/apiclient_cert.pem`),
  privateKey: readFileSync(`${keys}/apiclient_key.pem`),
});
const alipay = new AlipaySdk({
  appId: env.ALIPAY_APP_ID,
  privateKey: env.ALIPAY_PRIVATE_KEY,
  alipayPublicKey: env.ALIPAY_PUBLIC_KEY,
  keyType: "PKCS8",
});
const order = { out_trade_no: "unmodified", total_amount: "19.90", subject: "龙井 250 克" };
const done = {
  "wechatpay-node-v3": async () => (await sdk.query({ out_trade_no: "nobodys" })).status,
  "alipay-sdk": async () => (await alipay.exec("alipay.trade.precreate", { bizContent: order }, { validateSign: true })).code,
  https: () => got(https, `https://api.mch.weixin.qq.com${path}`),
  "own agent": () => got(https, { host: "api2.mch.weixin.qq.com", path, agent: new https.Agent({ keepAlive: true }) }),
  fetch: () => fetched("https://openapi.alipay.com/gateway.do"),
  "much at once": () => fetched("https://api.mch.weixin.qq.com/v3/pay/transactions/native", { method: "POST", body: "x".repeat(300_000) }),
  loopback: () => fetched(loopback + path),
  "loopback, http": () => got(http, loopback + path),
  "another host": () => got(https, "https://www.example.com/"),
  "another host, fetch": () => fetched("https://www.example.com/"),
  "another host, http": () => got(http, "http://www.example.com/"),
};

async function main() {
  const told = {};
  for (const [name, act] of Object.entries(done)) {
    try {
      told[name] = await act();
    } catch (error) {
      told[name] = `${error.message} ${error.cause?.message ?? ""}`;
    }
  }
  console.log(JSON.stringify(told));
}

main();
