// The payment page. It shows what the shop's server says and never decides that something is paid.
"use strict";

const POLL_MS = 1000;
const STATUS = {
  pending: "待支付 Waiting for payment",
  paid: "已支付 Paid",
  failed: "支付失败 Failed",
  cancelled: "已取消 Cancelled",
  refunded: "已退款 Refunded",
  unknown: "状态未知，请联系客服 Unknown: please contact us",
};
const FINAL = new Set(["paid", "failed", "cancelled", "refunded"]);
const UNREACHABLE = "网络异常，请重试。 The shop cannot be reached: try again.";

const element = (id) => document.getElementById(id);
let goods = document.querySelector("[data-goods][aria-pressed=true]").dataset.goods;
let orderId = freshId();
let shown = null; // the order number on screen
let timer = 0;

// One name for one purchase: a second click sends the same name, so the server answers with the same order.
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return "web-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function post(path, members) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(members),
    });
    if (answer.status === 401) {
      location.assign("/login");
    }
    return await answer.json();
  } catch {
    return { success: false, error: UNREACHABLE };
  }
}

function showError(text) {
  element("error").textContent = text || "";
  element("error").hidden = !text;
  element("result").hidden = false;
}

function showStatus(status, attention) {
  element("status").dataset.status = status;
  element("status").textContent = STATUS[status] || STATUS.unknown;
  element("attention").textContent = attention || "";
  element("attention").hidden = !attention;
  element("qr-frame").hidden = status !== "pending"; // nobody is asked to pay while it is unclear
  element("confirm").hidden = FINAL.has(status);
  element("letter").hidden = status !== "paid";
  if (FINAL.has(status)) {
    clearTimeout(timer);
    orderId = freshId(); // what is bought next is another purchase
  }
}

function showOrder(order) {
  shown = order.outTradeNo;
  element("paying-amount").textContent = order.metadata.amountYuan;
  element("qr").src = order.metadata.qrImage;
  element("number").textContent = shown;
  element("letter-link").href = "/orders/" + encodeURIComponent(shown) + "/confirmation";
  element("paying").hidden = false;
  showError("");
  showStatus(order.metadata.status, "");
  element("result").scrollIntoView({ block: "nearest" });
  clearTimeout(timer);
  timer = setTimeout(poll, POLL_MS, shown);
}

async function poll(number) {
  const answer = await post("/api/payment/query", { outTradeNo: number, paymentMethod: "wechat" });
  if (number !== shown) {
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
    orderId, goods, amountYuan, paymentMethod: "wechat", paymentType: "qr",
  });
  button.disabled = false;
  if (order.success) {
    showOrder(order);
  } else {
    clearTimeout(timer);
    shown = null;
    element("paying").hidden = true;
    showError(order.error);
  }
}

async function confirmPaid() {
  const button = element("confirm");
  const number = shown;
  button.disabled = true;
  const answer = await post("/api/payment/confirm", { outTradeNo: number, paymentMethod: "wechat" });
  button.disabled = false;
  if (number !== shown) {
    return;
  }
  showError(answer.success ? "" : answer.error);
  if (answer.status) {
    showStatus(answer.status, answer.attention);
  }
}

function chooseGoods(id) {
  if (id !== goods) {
    goods = id;
    orderId = freshId();
  }
  for (const button of document.querySelectorAll("[data-goods]")) {
    button.setAttribute("aria-pressed", String(button.dataset.goods === id));
  }
  element("amount-row").classList.toggle("quiet", id !== "custom");
}

for (const button of document.querySelectorAll("[data-goods]")) {
  button.addEventListener("click", () => chooseGoods(button.dataset.goods));
}
element("amount").addEventListener("input", () => {
  chooseGoods("custom");
  orderId = freshId(); // another amount is another purchase
});
element("create").addEventListener("click", create);
element("confirm").addEventListener("click", confirmPaid);
