// A stand-in for Bruno's runner: node bruno.cjs PACKAGES FOLDER ENVIRONMENT NUMBER. Its own library reads each file.
// The collection's script runs with what the safe mode gives a script, and no more; then the request is sent, for the
// order NUMBER. Prints [[file, status, body], …] in the order of folders and of `seq`.
"use strict";

const { readFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const vm = require("node:vm");

const [packages, folder, named, number] = process.argv.slice(2);
const { bruToJsonV2, bruToEnvJsonV2, collectionBruToJson } = require(join(packages, "@usebruno/lang"));
const crypto = require(join(packages, "crypto-js"));

const read = (...path) => readFileSync(join(folder, ...path), "utf8");
const valuesOf = (pairs) => new Map(pairs.map(({ name, value }) => [name, value]));
const collection = collectionBruToJson(read("collection.bru"));
const environment = valuesOf(bruToEnvJsonV2(read("environments", `${named}.bru`)).variables);
const variables = valuesOf(collection.vars.req).set("out_trade_no", number);
const fill = (text) =>
  text.replace(/\{\{(\w+)\}\}/g, (whole, name) => environment.get(name) ?? variables.get(name) ?? whole);
const script = new vm.Script(collection.script.req);

async function send({ http, headers, body }) {
  const sent = {
    url: http.url,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, fill(value)])),
    body: { none: undefined, json: body?.json, formUrlEncoded: body?.formUrlEncoded }[http.body],
  };
  if (http.body === "formUrlEncoded") sent.headers["content-type"] = "application/x-www-form-urlencoded";
  const req = {
    getUrl: () => sent.url,
    setUrl: (url) => (sent.url = url),
    getMethod: () => http.method.toUpperCase(),
    getBody: () => sent.body,
    setBody: (next) => (sent.body = next),
    setHeader: (name, value) => (sent.headers[name] = value),
  };
  const bru = { getEnvVar: (name) => environment.get(name), interpolate: fill };
  const own = (name) => {
    if (name !== "crypto-js") throw new Error(`the safe mode has no ${name}`);
    return crypto;
  };
  script.runInNewContext({ req, bru, require: own });
  const method = http.method.toUpperCase();
  const answer = await fetch(sent.url, { method, headers: sent.headers, body: sent.body, redirect: "manual" });
  return [answer.status, await answer.text()];
}

async function main() {
  const told = [];
  const wires = readdirSync(folder, { withFileTypes: true })
    .filter((each) => each.isDirectory() && each.name !== "environments")
    .map(({ name }) => name);
  for (const wire of wires) {
    const requests = readdirSync(join(folder, wire))
      .filter((name) => name !== "folder.bru")
      .map((name) => [name, bruToJsonV2(read(wire, name))]);
    requests.sort(([, one], [, other]) => one.meta.seq - other.meta.seq);
    for (const [name, request] of requests) told.push([`${wire}/${name}`, ...(await send(request))]);
  }
  console.log(JSON.stringify(told));
}

main();
