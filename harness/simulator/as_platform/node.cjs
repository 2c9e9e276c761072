// Loaded before an app that `golive exec` starts. Node asks no proxy by itself before 22.21, and later only for
// agents that an app did not make itself, so whatever wants TLS elsewhere, or plain http, is led through ours here.
"use strict";

const http = require("node:http");
const { syncBuiltinESMExports } = require("node:module");
const { Duplex } = require("node:stream");
const tls = require("node:tls");
const { proxy } = require("./platform.json");

const door = new URL(proxy);
const here = (host) => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host ?? "localhost");

// done(error) or done(null, socket), once the proxy has opened the way
function dial(host, port, done) {
  const path = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const headers = { host: path };
  http
    .request({ host: door.hostname, port: door.port, method: "CONNECT", path, headers, agent: false })
    .once("connect", (answer, socket, head) => {
      if (answer.statusCode === 200) {
        if (head.length) socket.unshift(head);
        done(null, socket);
      } else {
        socket.destroy();
        done(Object.assign(new Error(answer.statusMessage), { code: "ECONNREFUSED" }));
      }
    })
    .once("error", done)
    .end();
}

// A stream that can be had at once, while the way is still being opened; `held` says whether it keeps Node running.
function way(host, port) {
  let socket = null;
  let held = true;
  let waiting = [];
  const through = new Duplex({
    read: () => socket?.resume(),
    write: (piece, _, done) => (socket ? socket.write(piece, done) : waiting.push(() => socket.write(piece, done))),
    final: (done) => (socket ? socket.end(done) : waiting.push(() => socket.end(done))),
    destroy: (error, done) => {
      socket?.destroy();
      done(error);
    },
  });
  through.hold = (whether) => {
    held = whether;
    socket?.[held ? "ref" : "unref"]();
  };
  dial(host, port, (error, opened) => {
    if (error || through.destroyed) {
      opened?.destroy();
      if (error) through.destroy(error);
      return;
    }
    socket = opened;
    if (!held) socket.unref();
    socket.on("data", (piece) => through.push(piece) || socket.pause());
    socket.on("end", () => through.push(null));
    socket.on("error", (problem) => through.destroy(problem));
    socket.on("close", () => through.destroy());
    waiting.forEach((each) => each());
    waiting = [];
  });
  return through;
}

const secure = tls.connect;
tls.connect = function connect(...given) {
  const options = {};
  for (const each of given) {
    if (each !== null && typeof each === "object") Object.assign(options, each);
    else if (typeof each === "number" || /^\d+$/.test(each)) options.port ??= Number(each);
    else if (typeof each === "string") options.host ??= each;
  }
  if (options.socket || options.path || here(options.host)) return secure.apply(this, given);
  const through = way(options.host, options.port);
  const socket = secure.call(this, { ...options, socket: through }, given.findLast((each) => typeof each === "function"));
  through.on("error", (problem) => socket.destroy(problem));
  socket.ref = () => (through.hold(true), socket);
  socket.unref = () => (through.hold(false), socket);
  return socket;
};

const plain = http.Agent.prototype.createConnection;
http.Agent.prototype.createConnection = function createConnection(options, done) {
  if (options.socketPath || here(options.host)) return plain.call(this, options, done);
  dial(options.host, options.port, done);
  return undefined;
};

syncBuiltinESMExports();
