// The TypeScript SDK's own client: node mcp_sdk.cjs PACKAGES URL KEY CALLS, where CALLS is JSON, [[tool, arguments], …].
// Prints the tools' names, and for each call its result, or the error that the SDK throws.
"use strict";

const { createRequire } = require("node:module");

const [packages, url, key, calls] = process.argv.slice(2);
const ofTheLock = createRequire(`${packages}/`);
const { Client } = ofTheLock("@modelcontextprotocol/sdk/client/index.js");
const { StreamableHTTPClientTransport } = ofTheLock("@modelcontextprotocol/sdk/client/streamableHttp.js");

async function main() {
  const client = new Client({ name: "golive-interop", version: "1" });
  const headers = { Authorization: `Bearer ${key}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  const { tools } = await client.listTools();
  const results = [];
  for (const [name, given] of JSON.parse(calls)) {
    results.push(
      await client
        .callTool({ name, arguments: given })
        .catch((error) => ({ thrown: { code: error.code, message: error.message } })),
    );
  }
  await client.close();
  console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), results }));
}

main();
