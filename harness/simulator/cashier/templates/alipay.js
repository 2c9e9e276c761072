// Alipay's cashier: shows one step after the other, watches for a phone that scanned, and leads back.
const element = (id) => document.getElementById(id);
const MARKS = { paid: "✓", cancelled: "–", refused: "!" };
const KINDS = { paid: "pay", cancelled: "cancel", refused: "fail" };
const UNREACHABLE = { zh: "网络异常，请重试", en: "The platform cannot be reached: try again.", code: "" };
const POLL_MS = 700;
let buyer = "";
let onward = "";
let returning = 0;
let over = false;

async function ask(step, options) {
  try {
    return await (await fetch(path + "/" + step, options)).json();
  } catch {
    return { error: UNREACHABLE };
  }
}

const tell = (step) => ask(step, { method: "POST", body: new URLSearchParams({ buyer }) });

function show(id) {
  for (const section of ["landing", "ways", "sheet", "ended", "away"]) {
    const found = element(section);
    if (found) {
      found.hidden = section !== id;
    }
  }
  element("order").hidden = id === "ended" || id === "away";
  element("problem").hidden = true;
  over = id === "ended" || id === "away";
}

function complain(text) {
  element("problem").textContent = text.zh;
  const english = document.createElement("small");
  english.lang = "en";
  english.textContent = text.en;
  element("problem").append(english);
  element("problem").hidden = false;
}

function end(state, text) {
  element("outcome").className = "sheet outcome " + KINDS[state];
  element("mark").textContent = MARKS[state];
  element("result").textContent = text.zh;
  element("english").textContent = text.en;
  element("error-code").textContent = text.code || "";
  element("error-code").hidden = !text.code;
  element("paid").textContent = text.paid || "";
  element("sum").hidden = !text.paid;
  onward = (first !== "sheet" && text.to) || ""; // whoever scanned stays in the app: the desk is sent back
  element("onward").hidden = !onward;
  show("ended");
  if (onward && state === "paid") {
    returning = setTimeout(goBack, returnsAfterMs);
  } else if (onward) {
    goBack();
  }
}

function goBack() {
  location.replace(onward);
}

async function press(button, step, done) {
  button.disabled = true;
  const answer = await tell(step);
  button.disabled = false;
  if (answer.error === UNREACHABLE) {
    complain(UNREACHABLE);
  } else if (answer.error) {
    end("refused", answer.error);
  } else {
    done(answer);
  }
}

function on(id, act) {
  for (const button of document.querySelectorAll(`[data-testid="${id}"]`)) {
    button.addEventListener("click", () => act(button));
  }
}

function logIn(button, who) {
  buyer = who;
  press(button, "login", () => show("sheet"));
}

async function watch() {
  if (over) {
    return;
  }
  if (!element("ways").hidden) {
    const answer = await ask("status");
    if (over || element("ways").hidden) {
      // Somebody pressed a button of this page meanwhile.
    } else if (answer.state === "paid") {
      end("paid", answer);
    } else if (answer.error && answer.error !== UNREACHABLE) {
      end("refused", answer.error);
    } else if (answer.state === "scanned") {
      element("code").classList.add("scanned");
      element("scanned").hidden = false;
    }
  }
  setTimeout(watch, POLL_MS);
}

// Live, a code is drawn anew before anybody has scanned it for so long.
async function renew() {
  if (over) {
    return;
  }
  if (!element("ways").hidden && element("scanned").hidden) {
    const answer = await tell("code");
    if (answer.picture) {
      element("picture").innerHTML = answer.picture; // drawn by our own server
    }
  }
  setTimeout(renew, codeLivesMs);
}

on("alipay-open-app", (button) => logIn(button, ""));
on("alipay-continue", () => show("ways"));
on("cashier-login", (button) => logIn(button, ""));
on("cashier-other-buyer", (button) => logIn(button, "other"));
on("cashier-pay", (button) => press(button, "pay", (answer) => end(answer.state, answer)));
on("cashier-cancel", (button) => press(button, "cancel", (answer) => end(answer.state, answer)));
on("cashier-wrong-password", (button) => press(button, "wrong-password", complain));
on("cashier-leave", () => show("away"));
on("cashier-return", goBack);
on("cashier-stay", () => {
  clearTimeout(returning);
  element("onward").hidden = true;
});
show(first === "desk" ? "ways" : first);
if (first === "desk") {
  watch();
  setTimeout(renew, codeLivesMs);
}
