// What every page that shows an order needs: asking the shop's server, and the words for how it stands.
"use strict";

const POLL_MS = 200;
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
}

function showStanding(status, attention) {
  element("status").dataset.status = status;
  element("status").textContent = STATUS[status] || STATUS.unknown;
  element("attention").textContent = attention || "";
  element("attention").hidden = !attention;
  element("confirm").hidden = FINAL.has(status);
  element("letter").hidden = status !== "paid";
}
