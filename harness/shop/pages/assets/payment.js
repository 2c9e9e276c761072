// The payment page. It shows what the shop's server says and never decides that something is paid.
"use strict";

const BRIDGE = {
  ok: "正在核实支付结果… Checking the payment…",
  cancel: "已取消，可再次发起支付。 Cancelled: you can pay again.",
  fail: "支付未完成，请重试。 The payment did not go through: try again.",
};

let goods = document.querySelector("[data-goods][aria-pressed=true]").dataset.goods;
let method = document.querySelector("[data-method][aria-pressed=true]").dataset.method;
let kind = document.querySelector("[data-kind][aria-pressed=true]").dataset.kind;
let orderId = freshId();
let shown = null; // the order on screen
let timer = 0;

// One name for one purchase: a second click sends the same name, so the server answers with the same order.
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return "web-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const isShown = (number) => shown !== null && shown.outTradeNo === number;

function showStatus(status, attention) {
  showStanding(status, attention);
  element("cancel").hidden = FINAL.has(status);
  element("opening").hidden = status !== "pending"; // nobody is asked to pay while it is unclear
  if (FINAL.has(status)) {
    clearTimeout(timer);
    orderId = freshId(); // what is bought next is another purchase
  }
}

function showOrder(order) {
  shown = order;
  const type = order.metadata.paymentType;
  const own = order.metadata.paymentMethod;
  element("paying-amount").textContent = order.metadata.amountYuan;
  element("number").textContent = order.outTradeNo;
  element("letter-link").href = "/orders/" + encodeURIComponent(order.outTradeNo) + "/confirmation";
  element("qr-frame").hidden = type !== "qr";
  element("h5-frame").hidden = type !== "h5" && type !== "page";
  nameProvider(element("opening"), own);
  element("bridge-frame").hidden = type !== "jsapi";
  if (type === "qr") {
    drawCode(order.outTradeNo, order.metadata.qrImage);
  } else if (type === "h5" || type === "page") {
    element("h5-link").href = order.paymentUrl;
  }
  element("paying").hidden = false;
  element("result").hidden = false;
  showWire(order.metadata);
  showError("");
  showBridge("", "");
  showStatus(order.metadata.status, "");
  element("result").scrollIntoView({ block: "nearest" });
  clearTimeout(timer);
  timer = setTimeout(poll, POLL_MS, order.outTradeNo);
  if (type === "jsapi") {
    openBridge(order);
  }
}

function drawCode(number, picture) {
  const code = element("qr");
  code.removeAttribute("src");
  setTimeout(() => isShown(number) && (code.src = picture), Number(code.dataset.after));
}

function showWire(metadata) {
  const indicator = element("indicator");
  indicator.dataset.mcp = metadata.mcpEnabled ? "on" : "off";
  const classic = metadata.paymentMethod === "alipay" ? indicator.dataset.alipay : indicator.dataset.off;
  indicator.textContent = metadata.mcpEnabled ? indicator.dataset.on : classic;
}

// Within an element, show what is said of one provider and hide what is said of the other.
function nameProvider(within, provider) {
  for (const said of within.querySelectorAll("[data-of]")) {
    said.hidden = said.dataset.of !== provider;
  }
}

function showBridge(outcome, text) {
  const line = element("bridge-result");
  line.dataset.outcome = outcome;
  line.textContent = text;
  line.hidden = !text;
}

// Alipay's, too. What it answers is no proof: 9000 says "paid", 6001 that the payer turned back.
function openAlipay(order) {
  if (typeof window.AlipayJSBridge === "undefined") {
    document.addEventListener("AlipayJSBridgeReady", () => openAlipay(order), { once: true });
    return;
  }
  window.AlipayJSBridge.call("tradePay", order.metadata.tradePay, (result) =>
    bridgeEnded(order.outTradeNo, { 9000: "ok", 6001: "cancel" }[result && result.resultCode] || "fail"),
  );
}

// WeChat puts its bridge into the page when it likes, and says so with an event.
function openBridge(order) {
  if (order.metadata.paymentMethod === "alipay") {
    openAlipay(order);
    return;
  }
  if (typeof window.WeixinJSBridge === "undefined") {
    document.addEventListener("WeixinJSBridgeReady", () => openBridge(order), { once: true });
    return;
  }
  window.WeixinJSBridge.invoke("getBrandWCPayRequest", order.metadata.jsapiParams, (result) =>
    bridgeEnded(order.outTradeNo, result && result.err_msg),
  );
}

async function bridgeEnded(number, message) {
  const said = String(message).split(":").pop();
  const outcome = said === "ok" || said === "cancel" ? said : "fail";
  if (isShown(number)) {
    showBridge(outcome, BRIDGE[outcome]);
  }
  const answer = await post("/api/payment/bridge", { outTradeNo: number, outcome });
  if (isShown(number)) {
    show(answer);
    if (outcome === "ok") {
      showBridge(outcome, answer.status === "pending" ? BRIDGE.ok : "");
    }
  }
}

function show(answer) {
  showError(answer.success ? "" : answer.error);
  if (answer.status) {
    showStatus(answer.status, answer.attention);
  }
}

async function poll(number) {
  const paymentMethod = isShown(number) ? shown.metadata.paymentMethod : method;
  const answer = await post("/api/payment/query", { outTradeNo: number, paymentMethod });
  if (!isShown(number)) {
    return; // another order is on screen by now
  }
  if (answer.success) {
    showStatus(answer.status, answer.attention);
  }
  if (!answer.success || !FINAL.has(answer.status)) {
    timer = setTimeout(poll, POLL_MS, number);
  }
}

async function create() {
  const button = element("create");
  if (button.disabled) {
    return; // a double click
  }
  button.disabled = true;
  const amountYuan = goods === "custom" ? element("amount").value.trim() : undefined;
  const order = await post("/api/payment/create-order", {
    orderId, goods, amountYuan, paymentMethod: method, paymentType: kind,
  });
  button.disabled = false;
  if (order.success) {
    showOrder(order);
  } else {
    clearTimeout(timer);
    shown = null;
    element("paying").hidden = true;
    element("result").hidden = false;
    showError(order.error);
  }
}

async function ask(id, path) {
  const button = element(id);
  const number = shown.outTradeNo;
  button.disabled = true;
  const answer = await post(path, { outTradeNo: number, paymentMethod: shown.metadata.paymentMethod });
  button.disabled = false;
  if (isShown(number)) {
    show(answer);
  }
}

function press(buttons, pressed) {
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button === pressed));
  }
}

function chooseGoods(id) {
  if (id !== goods) {
    goods = id;
    orderId = freshId();
  }
  press(document.querySelectorAll("[data-goods]"), document.querySelector(`[data-goods="${id}"]`));
  element("amount-row").classList.toggle("quiet", id !== "custom");
}

function chooseKind(button) {
  if (button.dataset.kind !== kind) {
    kind = button.dataset.kind;
    orderId = freshId(); // paid another way, it is another order to the platform
  }
  press(document.querySelectorAll("[data-kind]"), button);
}

function chooseMethod(button) {
  const kinds = button.dataset.kinds.split(" ");
  if (button.dataset.method !== method) {
    method = button.dataset.method;
    orderId = freshId(); // with another provider it is another order
  }
  press(document.querySelectorAll("[data-method]"), button);
  for (const each of document.querySelectorAll("[data-kind]")) {
    each.hidden = !kinds.includes(each.dataset.kind);
  }
  element("kinds").classList.toggle("one", kinds.length === 1);
  nameProvider(element("kinds"), method);
  const kept = kinds.includes(kind) ? kind : kinds[0];
  chooseKind(document.querySelector(`[data-kind="${kept}"]`));
}

for (const button of document.querySelectorAll("[data-goods]")) {
  button.addEventListener("click", () => chooseGoods(button.dataset.goods));
}
for (const button of document.querySelectorAll("[data-method]")) {
  button.addEventListener("click", () => chooseMethod(button));
}
nameProvider(element("kinds"), method);
for (const button of document.querySelectorAll("[data-kind]")) {
  button.addEventListener("click", () => chooseKind(button));
}
element("amount").addEventListener("input", () => {
  chooseGoods("custom");
  orderId = freshId(); // another amount is another purchase
});
element("create").addEventListener("click", create);
element("confirm").addEventListener("click", () => ask("confirm", "/api/payment/confirm"));
element("cancel").addEventListener("click", () => ask("cancel", "/api/payment/close"));
element("bridge-open").addEventListener("click", () => openBridge(shown));
