// Signs each request of this collection with the keys of the environment, which `golive collection --env-file` makes.
// Wants a Postman that has Web Crypto and takes `await` at the top of a script (version 11).
const setting = (name) => {
  const value = pm.environment.get(name);
  if (!value) throw new Error(`the environment lacks ${name}: golive collection --env-file .env.simulator`);
  return value;
};
const bytesOf = (text) => Uint8Array.from(text, (each) => each.charCodeAt(0));
const signed = async (key, text) => {
  const how = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const own = await crypto.subtle.importKey("pkcs8", bytesOf(atob(key)), how, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign(how.name, own, new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...signature));
};
const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) =>
  each.toString(16).padStart(2, "0"),
).join("");

const request = pm.request;
const target = pm.variables.replaceIn(request.url.getPathWithQuery());
const mode = request.body ? request.body.mode : "";
// What is signed is what is sent: variables are filled in now, once.
const body = mode === "raw" ? pm.variables.replaceIn(request.body.raw) : "";
if (body) request.body.update({ mode: "raw", raw: body });
const authorize = (value) => request.headers.upsert({ key: "Authorization", value });

if (mode === "urlencoded") {
  const asked = {};
  for (const [name, value] of Object.entries(request.body.urlencoded.toObject())) {
    asked[name] = pm.variables.replaceIn(value);
  }
  Object.assign(asked, {
    app_id: setting("ALIPAY_APP_ID"),
    charset: "utf-8",
    sign_type: "RSA2",
    timestamp: new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 19).replace("T", " "),
    version: "1.0",
  });
  delete asked.sign;
  const text = Object.keys(asked)
    .filter((name) => asked[name])
    .sort()
    .map((name) => `${name}=${asked[name]}`)
    .join("&");
  asked.sign = await signed(setting("ALIPAY_PRIVATE_KEY"), text);
  for (const [key, value] of Object.entries(asked)) request.body.urlencoded.upsert({ key, value });
} else if (target.startsWith("/v3/alipay/")) {
  const auth = `app_id=${setting("ALIPAY_APP_ID")},nonce=${nonce},timestamp=${Date.now()}`;
  const text = `${auth}\n${request.method}\n${target}\n${body}\n`;
  authorize(`ALIPAY-SHA256withRSA ${auth},sign=${await signed(setting("ALIPAY_PRIVATE_KEY"), text)}`);
} else {
  const timestamp = Math.floor(Date.now() / 1000);
  const text = `${request.method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
  const signature = await signed(setting("WECHAT_PAY_PRIVATE_KEY"), text);
  authorize(
    `WECHATPAY2-SHA256-RSA2048 mchid="${setting("WECHAT_PAY_MCH_ID")}",nonce_str="${nonce}",` +
      `timestamp="${timestamp}",serial_no="${setting("WECHAT_PAY_CERT_SERIAL")}",signature="${signature}"`,
  );
}
