// alipay-sdk as its readme has it: node alipay_sdk.cjs PACKAGES SETTINGS CALLS, both JSON.
// SETTINGS is what its constructor takes; CALLS is [[style, method or path, members, common], …].
// Every answer is verified, errors, too; prints each as it came, or why it was not believed.
"use strict";

const { createRequire } = require("node:module");

const [packages, given, calls] = process.argv.slice(2);
const { AlipaySdk } = createRequire(`${packages}/`)("alipay-sdk");
const sdk = new AlipaySdk({ ...JSON.parse(given), camelcase: false, keyType: "PKCS8" });
const styles = {
  exec: (method, bizContent, common) => sdk.exec(method, { ...common, bizContent }, { validateSign: true }),
  curl: async (path, body) => (await sdk.curl("POST", path, { body })).data,
  form: async (method, bizContent, common) => sdk.pageExecute(method, "GET", { ...common, bizContent }),
  orderString: async (method, bizContent, common) => sdk.sdkExecute(method, { ...common, bizContent }),
  notify: async (_, members) => sdk.checkNotifySignV2(members),
};

async function main() {
  const told = [];
  for (const [style, name, members, common] of JSON.parse(calls)) {
    try {
      told.push({ data: await styles[style](name, members, common ?? {}) });
    } catch (error) {
      told.push({ error: error.message, code: error.code });
    }
  }
  console.log(JSON.stringify(told));
}

main();
