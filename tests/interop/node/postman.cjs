// A stand-in for Postman: node postman.cjs COLLECTION ENVIRONMENT WANTED. Runs the collection's own script before
// each request of WANTED, a JSON list of keys ("METHOD PATH", or the method of Alipay's gateway), and sends it; none
// wanted: all of them. Prints [[key, status, body], …].
"use strict";

const { readFileSync } = require("node:fs");

const [collection, { values }, wanted] = [
  ...process.argv.slice(2, 4).map((file) => JSON.parse(readFileSync(file, "utf8"))),
  JSON.parse(process.argv[4]),
];
const environment = new Map(values.map(({ key, value }) => [key, value]));
const variables = new Map(collection.variable.map(({ key, value }) => [key, value]));
const fill = (text) =>
  text.replace(/\{\{(\w+)\}\}/g, (whole, name) => environment.get(name) ?? variables.get(name) ?? whole);
const script = collection.event.find(({ listen }) => listen === "prerequest").script.exec.join("\n");
const AsyncFunction = (async () => {}).constructor;

class List {
  constructor(entries = []) {
    this.entries = new Map(entries.map(({ key, value }) => [key, value]));
  }
  upsert({ key, value }) {
    this.entries.set(key, value);
  }
  toObject() {
    return Object.fromEntries(this.entries);
  }
  filled() {
    return Object.fromEntries([...this.entries].map(([key, value]) => [key, fill(value)]));
  }
}

const target = ({ url }) => url.raw.replace(/^\{\{\w+\}\}/, "");
const keyOf = (request) =>
  request.body?.mode === "urlencoded"
    ? request.body.urlencoded[0].value
    : `${request.method} ${target(request).split("?")[0]}`;

async function send(given) {
  const body = given.body && {
    ...given.body,
    urlencoded: new List(given.body.urlencoded),
    update(next) {
      Object.assign(this, next);
    },
  };
  const headers = new List(given.header);
  const request = { method: given.method, headers, body, url: { getPathWithQuery: () => target(given) } };
  const pm = {
    request,
    environment: { get: (name) => environment.get(name) },
    variables: { replaceIn: fill },
  };
  await new AsyncFunction("pm", script)(pm);
  const sent = body?.mode === "raw" ? body.raw : body && new URLSearchParams(body.urlencoded.filled());
  const options = { method: given.method, headers: headers.filled(), body: sent, redirect: "manual" };
  const answer = await fetch(fill(given.url.raw), options);
  return [answer.status, await answer.text()];
}

async function main() {
  const requests = new Map(
    collection.item.flatMap(({ item }) => item).map(({ request }) => [keyOf(request), request]),
  );
  const told = [];
  for (const key of wanted.length ? wanted : requests.keys()) told.push([key, ...(await send(requests.get(key)))]);
  console.log(JSON.stringify(told));
}

main();
