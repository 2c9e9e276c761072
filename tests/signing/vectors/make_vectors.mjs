// Writes wechat_v3.json with Node's own crypto, so that our signing is compared with somebody else's.
// Run: node tests/signing/vectors/make_vectors.mjs > tests/signing/vectors/wechat_v3.json
// The key pair is made for this file alone and signs nothing anywhere.
import crypto from "node:crypto";

const { privateKey, publicKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
const sign = (text) => crypto.sign("RSA-SHA256", Buffer.from(text, "utf8"), privateKey).toString("base64");

const body = '{"amount":{"total":1990,"currency":"CNY"},"description":"西湖一日游 ✓ 两位","attach":"a\\"b\\u00e9"}';
const requests = [
  ["POST", "/v3/pay/transactions/native", body],
  ["GET", "/v3/pay/transactions/out-trade-no/T%7C2026?mchid=1900000001", ""],
  ["POST", "/v3/pay/transactions/out-trade-no/T2026_-%2A/close", '{"mchid":"1900000001"}'],
].map(([method, url, sent]) => ({
  method, url, body: sent, timestamp: "1790000000", nonce: "593BEC0C930BF1AFEB40B4A08C8FB242",
  signature: sign(`${method}\n${url}\n1790000000\n593BEC0C930BF1AFEB40B4A08C8FB242\n${sent}\n`),
}));
const answers = [body, "", "{}\n"].map((sent) => ({
  body: sent, timestamp: "1790000000", nonce: "c5ac7061fccab6bf3e254dcf98995b8c",
  signature: sign(`1790000000\nc5ac7061fccab6bf3e254dcf98995b8c\n${sent}\n`),
}));
const pay = {
  appid: "wx2421b1c4370ec43b", timestamp: "1554208460", nonce: "593BEC0C930BF1AFEB40B4A08C8FB242",
  prepay_id: "wx201410272009395522657a690389285100",
};
const four = (last) => sign(`${pay.appid}\n${pay.timestamp}\n${pay.nonce}\n${last}\n`);
const sealed = ["transaction", ""].map((associated_data) => {
  const key = "0123456789abcdefghijklmnopqrstuv";
  const nonce = "fdasfjihihlk";
  const cipher = crypto.createCipheriv("aes-256-gcm", Buffer.from(key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associated_data));
  const plaintext = '{"out_trade_no":"T2026","trade_state_desc":"支付成功"}';
  const bytes = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { key, plaintext, resource: { algorithm: "AEAD_AES_256_GCM", ciphertext: bytes.toString("base64"), associated_data, nonce } };
});
console.log(JSON.stringify({
  made_with: `Node ${process.version} crypto`,
  private_key: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
  private_key_pkcs1: privateKey.export({ type: "pkcs1", format: "der" }).toString("base64"),
  public_key: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  requests, answers,
  pay: { ...pay, jsapi: four(`prepay_id=${pay.prepay_id}`), app: four(pay.prepay_id) },
  sealed,
}, null, 1));
