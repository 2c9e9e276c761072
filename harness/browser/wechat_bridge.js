// What WeChat puts into every page of its own browser. Set by the harness: READY is "before" or "after".
(() => {
  "use strict";
  const pay = window.__golivePay;
  const bridge = {
    invoke(name, given, done) {
      const answer =
        name === "getBrandWCPayRequest" ? pay(given || {}) : Promise.resolve({ err_msg: "system:function_not_exist" });
      answer
        .catch(() => ({ err_msg: "get_brand_wcpay_request:fail", err_desc: "系统繁忙，请稍后再试" }))
        .then((said) => typeof done === "function" && done(said));
    },
    call() {},
    on() {},
    log() {},
  };
  const install = () => {
    Object.defineProperty(window, "WeixinJSBridge", { value: bridge });
    document.dispatchEvent(new Event("WeixinJSBridgeReady"));
  };
  if ("READY" === "before") {
    install();
  } else {
    // One turn after the load event: the page's own load handlers have found no bridge yet.
    window.addEventListener("load", () => setTimeout(install, 0), { once: true });
  }
})();
