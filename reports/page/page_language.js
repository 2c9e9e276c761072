"use strict";
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* Language: remembered; attributes that cannot hold two spans carry both texts as data. */
function speak(language) {
  root.dataset.language = language;
  root.lang = language === "zh" ? "zh-CN" : "en";
  document.title = root.dataset[language === "zh" ? "titleZh" : "titleEn"];
  for (const input of all("[data-placeholder-zh]")) {
    input.placeholder = input.dataset[language === "zh" ? "placeholderZh" : "placeholderEn"];
  }
}
for (const radio of all('[name="language"]')) {
  radio.addEventListener("change", () => {
    try { localStorage.setItem("golive-language", radio.value); } catch (refused) { /* this view only */ }
    speak(radio.value);
  });
}
speak(root.dataset.language);
document.getElementById("print").addEventListener("click", () => print());
