// What Alipay puts into every page of its own browser. Set by the harness: READY is "before" or "after".
(() => {
  "use strict";
  const pay = window.__goliveTradePay;
  const bridge = {
    call(name, given, done) {
      const answer =
        name === "tradePay" ? pay(given || {}) : Promise.resolve({ error: 1, errorMessage: "接口不存在" });
      answer
        .catch(() => ({ resultCode: "6002", memo: "网络连接出错", result: "", callbackUrl: "" }))
        .then((said) => typeof done === "function" && done(said));
    },
    on() {},
  };
  const install = () => {
    Object.defineProperty(window, "AlipayJSBridge", { value: bridge });
    document.dispatchEvent(new Event("AlipayJSBridgeReady"));
  };
  if ("READY" === "before") {
    install();
  } else {
    // One turn after the load event: the page's own load handlers have found no bridge yet.
    window.addEventListener("load", () => setTimeout(install, 0), { once: true });
  }
})();
