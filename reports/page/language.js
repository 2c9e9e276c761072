// Runs before the first paint, so that no text of the other language flashes.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("golive-language"); } catch (refused) { /* storage is off: the browser decides */ }
  if (chosen !== "zh" && chosen !== "en") {
    chosen = /^zh\b/i.test(navigator.language || "") ? "zh" : "en";
  }
  document.documentElement.dataset.language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
})();
