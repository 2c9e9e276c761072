// Back from WeChat's H5 cashier, which says nothing of how it ended: only the shop's server knows.
"use strict";

const number = element("number").textContent;

function show(answer) {
  if (answer.status) {
    showStanding(answer.status, answer.attention);
  }
}

async function poll() {
  const answer = await post("/api/payment/query", { outTradeNo: number, paymentMethod: "wechat" });
  show(answer);
  if (!answer.success || !FINAL.has(answer.status)) {
    setTimeout(poll, POLL_MS);
  }
}

async function confirmPaid() {
  const button = element("confirm");
  button.disabled = true;
  const answer = await post("/api/payment/confirm", { outTradeNo: number, paymentMethod: "wechat" });
  button.disabled = false;
  showError(answer.success ? "" : answer.error);
  show(answer);
}

element("confirm").addEventListener("click", confirmPaid);
showStanding(element("status").dataset.status, element("attention").textContent);
poll();
