// Runs before the verdict is painted: the language that was chosen, and the view that a link asks for.
(function () {
  document.documentElement.dataset.scripts = "on";
  document.getElementById("speak-" + document.documentElement.dataset.language).checked = true;
  document.getElementById("print").hidden = false;
})();
