// Signs each request of this collection with the keys of its environment, which `golive collection --env-file` makes.
// It waits for nothing and wants crypto-js alone: the sandboxes of Newman and Bruno have neither Web Crypto nor `await`.
const { SHA256, enc } = require("crypto-js");

// The integers of a DER structure in hex, in order and at any depth.
const integers = (hex) => {
  const found = [];
  for (let at = 0; at < hex.length; ) {
    const tag = hex.slice(at, at + 2);
    let size = parseInt(hex.slice(at + 2, at + 4), 16);
    at += 4;
    if (size > 127) {
      const digits = 2 * (size - 128);
      size = parseInt(hex.slice(at, at + digits), 16);
      at += digits;
    }
    const inside = hex.slice(at, at + 2 * size);
    if (tag === "02") found.push(BigInt(`0x${inside}`));
    if (tag === "30" || tag === "04") found.push(...integers(inside));
    at += 2 * size;
  }
  return found;
};
const [NONE, ONE] = [BigInt(0), BigInt(1)];
const power = (base, exponent, modulus) => {
  let [done, next] = [ONE, base % modulus];
  for (let left = exponent; left > NONE; left >>= ONE) {
    if (left & ONE) done = (done * next) % modulus;
    next = (next * next) % modulus;
  }
  return done;
};
// SHA256withRSA (RFC 8017, 8.2.1) of a text, by a private key in bare base64; as base64.
const signed = (key, text) => {
  const [n, , , p, q, dp, dq, inverse] = integers(enc.Base64.parse(key).toString()).slice(-8);
  const length = n.toString(16).length;
  const digest = `003031300d060960864801650304020105000420${SHA256(text).toString()}`;
  const padded = BigInt(`0x0001${"f".repeat(length - 4 - digest.length)}${digest}`);
  const [first, second] = [power(padded, dp, p), power(padded, dq, q)];
  const whole = second + q * ((((first - second) * inverse) % p + p) % p);
  return enc.Base64.stringify(enc.Hex.parse(whole.toString(16).padStart(length, "0")));
};
const setting = (name) => {
  const value = settingOf(name);
  if (!value) throw new Error(`the environment lacks ${name}: golive collection --env-file .env.simulator`);
  return value;
};

// The parameters of a request to Alipay's gateway, with the common ones and `sign`.
const completed = (parameters) => {
  const all = Object.assign({}, parameters, {
    app_id: setting("ALIPAY_APP_ID"),
    charset: "utf-8",
    sign_type: "RSA2",
    timestamp: new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 19).replace("T", " "),
    version: "1.0",
  });
  delete all.sign;
  const text = Object.keys(all)
    .filter((name) => all[name])
    .sort()
    .map((name) => `${name}=${all[name]}`)
    .join("&");
  return Object.assign(all, { sign: signed(setting("ALIPAY_PRIVATE_KEY"), text) });
};
// The header `Authorization` of any other request.
const authorization = (method, target, body) => {
  const nonce = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join("");
  if (target.startsWith("/v3/alipay/")) {
    const auth = `app_id=${setting("ALIPAY_APP_ID")},nonce=${nonce},timestamp=${Date.now()}`;
    const text = `${auth}\n${method}\n${target}\n${body}\n`;
    return `ALIPAY-SHA256withRSA ${auth},sign=${signed(setting("ALIPAY_PRIVATE_KEY"), text)}`;
  }
  const timestamp = Math.floor(Date.now() / 1000);
  const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
  return (
    `WECHATPAY2-SHA256-RSA2048 mchid="${setting("WECHAT_PAY_MCH_ID")}",nonce_str="${nonce}",` +
    `timestamp="${timestamp}",serial_no="${setting("WECHAT_PAY_CERT_SERIAL")}",` +
    `signature="${signed(setting("WECHAT_PAY_PRIVATE_KEY"), text)}"`
  );
};
