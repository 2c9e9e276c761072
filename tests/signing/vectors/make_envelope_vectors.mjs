// Writes envelope.json with JavaScript's own String() and Node's own crypto, so that ours is compared with theirs.
// Run: node tests/signing/vectors/make_envelope_vectors.mjs > tests/signing/vectors/envelope.json
// Every vector keeps the message as JSON text: what both sides parse is then the same bytes.
// The key pair is made for this file alone and signs nothing anywhere.
import crypto from "node:crypto";

const { privateKey, publicKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
const PAY_KEY = "shared-key-of-nobody";

function canonical(message) {
  const { signature, ...fields } = message;
  return Object.keys(fields)
    .sort()
    .filter((key) => fields[key] !== undefined && fields[key] !== null && fields[key] !== "")
    .map((key) => `${key}=${fields[key]}`)
    .join("&");
}

const texts = {
  "a create": JSON.stringify({
    version: "1.0", requestId: "PAY_1790000000000_a1b2c3", timestamp: 1790000000000, merchantId: "",
    outTradeNo: "GL20261123000000AAAA", totalAmount: 1990, subject: "西湖一日游 ✓ 两位", paymentMethod: "wechat",
    paymentType: "jsapi", notifyUrl: "https://shop.example.com/notify", returnUrl: undefined,
    extraParams: { attach: "桌号 7" }, sceneInfo: { payer_client_ip: "203.0.113.7" }, signature: "left out",
  }),
  "an answer": '{"code":"0000","message":"SUCCESS","data":{"tradeState":"SUCCESS"},"requestId":"r","timestamp":1}',
  "nothing": "{}",
  "empty texts and nulls are dropped": '{"a":"","b":null,"c":0,"d":false,"e":[],"f":{}}',
  "arrays": '{"a":[1,"x",true,null,[2,[3,null]],{"k":1},[]],"b":[null],"c":[[]],"d":[1.5,1e21]}',
  "whole numbers": '{"a":0,"b":-0,"c":9007199254740991,"d":9007199254740993,"e":-9007199254740993,"f":100.0,"g":12345678901234567890}',
  "numbers around the exponents": '{"a":1e21,"b":1e20,"c":123456789012345680000,"d":1.5e21,"e":1e-6,"f":1e-7,"g":0.00000123,"h":1.2e-7,"i":5e-324,"j":1.7976931348623157e308}',
  "numbers out of range": '{"a":1e400,"b":-1e400,"c":1e-400,"d":0.1,"e":0.30000000000000004,"f":1234567.891}',
  "order of keys by code unit": '{"b":1,"a":2,"B":3,"10":4,"9":5,"":6,"é":7,"中":8,"😀":9,"｡":10,"_":11,"aa":12}',
  "nothing is encoded": '{"a&b":"c=d","e":"f&g=h","i":"\\n\\t\\u0000","j":" "}',
  "astral and half pairs": '{"a":"😀","b":"\\ud83d","c":"x\\ude00y","d":"\\ud83d\\ude00"}',
  "names of Object's own": '{"__proto__":1,"constructor":2,"toString":3,"signature":"out"}',
  "a text that looks like an object": '{"a":"[object Object]","b":{}}',
};

const vectors = Object.entries(texts).map(([name, text]) => {
  const string = canonical(JSON.parse(text));
  return {
    name, json: text,
    canonical: Buffer.from(string, "utf8").toString("base64"),
    rsa2: crypto.createSign("RSA-SHA256").update(string, "utf8").sign(privateKey, "base64"),
    md5: crypto.createHash("md5").update(`${string}&key=${PAY_KEY}`, "utf8").digest("hex").toUpperCase(),
  };
});
console.log(JSON.stringify({
  made_with: `Node ${process.version} crypto`,
  private_key: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
  public_key: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  pay_key: PAY_KEY,
  vectors,
}, null, 1));
