// The middle page: opens what stands for WeChat, tells how it ended, and leads back to the merchant.
const element = (id) => document.getElementById(id);
const MARKS = { pay: "✓", cancel: "–", fail: "!" };
const UNREACHABLE = { zh: "网络异常，请重试", en: "The platform cannot be reached: try again." };

async function tell(action) {
  try {
    const answer = await fetch("/cashier/h5/" + action, { method: "POST", body: new URLSearchParams(order) });
    return await answer.json();
  } catch {
    return { error: UNREACHABLE };
  }
}

function show(id) {
  for (const section of ["waiting", "wechat", "ended"]) {
    element(section).hidden = section !== id;
  }
}

function end(kind, text, paid) {
  element("outcome").className = "sheet outcome " + kind;
  element("mark").textContent = MARKS[kind];
  element("result").textContent = text.zh;
  element("english").textContent = text.en;
  element("paid").textContent = paid;
  element("sum").hidden = !paid;
  show("ended");
}

async function act(button, action, done) {
  button.disabled = true;
  const answer = await tell(action);
  button.disabled = false;
  if (answer.error) {
    end("fail", answer.error, "");
  } else {
    done(answer);
  }
}

function back() {
  if (redirectUrl) {
    location.replace(redirectUrl);
  } else if (history.length > 1) {
    history.back();
  } else {
    window.close(); // opened in a tab of its own: the merchant's is beneath
  }
}

element("open").addEventListener("click", () => act(element("open"), "open", () => show("wechat")));
for (const button of document.querySelectorAll("[data-button]")) {
  const kind = button.dataset.button;
  button.addEventListener("click", () =>
    act(button, kind, (answer) => end(kind, answer, kind === "pay" ? answer.paid : "")));
}
for (const button of document.querySelectorAll(".back")) {
  button.addEventListener("click", back);
}
