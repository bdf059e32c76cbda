"use strict";
// Keeps the page in step with the workspace: asks for a version, and redraws only what has changed.

const PULSE_MS = 700;
const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const seat = () => ({ as: find("#acting")?.value ?? "", at: find("#sidebar [aria-current]")?.dataset.at ?? "" });
const modal = find("#modal");
let shown = null;
let drawing = Promise.resolve();

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.ok ? answer.json() : { ok: false, sentence: "That didn't work: the workspace refused it." };
}

let fading;
function toast(sentence) {
  find("#toast").textContent = sentence;
  clearTimeout(fading);
  fading = setTimeout(() => { find("#toast").textContent = ""; }, 7000);
}

// -- drawing

function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

const isTyping = (node) =>
  node.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

function describe(node) {
  const inside = node.closest("[data-action], summary, [data-close]");
  return inside && (inside.dataset.action ? `[data-action="${CSS.escape(inside.dataset.action)}"]` : inside.localName);
}

function redraw(holder, item) {
  const focused = holder.contains(document.activeElement) ? describe(document.activeElement) : null;
  holder.replaceChildren(element(item.html));
  holder.dataset.rev = item.rev;
  if (focused) (find(focused, holder) ?? find("[tabindex]", holder))?.focus({ preventScroll: true });
}

function drawItems(items, fresh) {
  const list = find("#conversation");
  const atEnd = fresh || list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const known = new Map([...list.children].map((holder) => [holder.dataset.key, holder]));
  let place = list.firstElementChild;
  for (const item of items) {
    let holder = known.get(item.key);
    known.delete(item.key);
    if (!holder) {
      holder = document.createElement("div");
      holder.dataset.key = item.key;
      redraw(holder, item);
      if (!fresh) find(".message", holder)?.classList.add("fresh");
    } else if (holder.dataset.rev !== item.rev && !isTyping(holder)) {
      redraw(holder, item);
    }
    if (holder === place) place = place.nextElementSibling;
    else list.insertBefore(holder, place);
  }
  known.forEach((holder) => holder.remove());
  if (atEnd) list.scrollTop = find(".home", list) ? (fresh ? 0 : list.scrollTop) : list.scrollHeight;
}

function entered(root) {
  const values = {};
  for (const field of all("[data-field]", root)) values[field.dataset.action] = entry(field);
  return values;
}

function entry(field) {
  const chosen = () => all("input:checked, option:checked", field).map((one) => one.value).filter(Boolean);
  switch (field.dataset.kind) {
    case "checkboxes": case "multi_static_select": case "multi_users_select": return chosen();
    case "radio_buttons": return chosen()[0] ?? "";
    case "datetimepicker": return { local: field.value };
    default: return field.value;
  }
}

function enter(field, value) {
  const values = [value?.local ?? value].flat();
  const choices = all("input, option", field);
  for (const choice of choices) choice[choice.localName === "option" ? "selected" : "checked"] = values.includes(choice.value);
  if (!choices.length) field.value = values[0] ?? "";
}

function drawModal(view) {
  if (!view) {
    if (modal.open) modal.close();
    modal.replaceChildren();
    delete modal.dataset.view;
    return;
  }
  const same = modal.dataset.view === view.id;
  if (same && modal.dataset.rev === view.rev) return;
  const kept = same ? entered(modal) : {};
  redraw(modal, view);
  modal.dataset.view = view.id;
  for (const field of all("[data-field]", modal)) if (field.dataset.action in kept) enter(field, kept[field.dataset.action]);
  if (!modal.open) modal.showModal();
  const first = find("[aria-invalid]", modal) ?? (same ? null : find(".modal-body :is(input, select, textarea, button)", modal));
  first?.focus();
}

function drawClock(clock) {
  if (!clock || !find("#clock")) return;
  find("#clock-time").textContent = clock.time;
  find("#clock-date").textContent = clock.date;
  find("#clock-note").textContent = clock.note || clock.zone;
}

function draw(fresh = false) {
  drawing = drawing.then(() => drawNow(fresh)).catch(() => {});
  return drawing;
}

async function drawNow(fresh) {
  const asked = seat();
  const query = new URLSearchParams({ ...asked, ...(document.hidden ? {} : { visible: "1" }) });
  const answer = await fetch(`/scene?${query}`);
  if (!answer.ok) return;
  const scene = await answer.json();
  const current = seat();
  if (asked.as !== current.as || asked.at !== current.at) return;
  shown = scene.version;
  const side = find("#sidebar");
  if (side.dataset.html !== scene.sidebar) {
    const inside = side.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    side.innerHTML = side.dataset.html = scene.sidebar;
    if (inside) find(`[data-at="${CSS.escape(inside)}"]`, side)?.focus();
  }
  find("#heading").innerHTML = scene.heading;
  find("#composer").hidden = current.at === "home" || current.at === "dm";
  find("#read-only").hidden = current.at !== "dm";
  drawItems(scene.items, fresh);
  drawModal(scene.modal);
}

async function pulse() {
  try {
    const answer = await (await fetch("/pulse")).json();
    drawClock(answer.clock);
    if (answer.version !== shown) await draw();
  } catch { /* the workspace is away for a moment; the next pulse will tell */ }
  setTimeout(pulse, PULSE_MS);
}

// -- doing

async function act(body, source) {
  source?.setAttribute("aria-busy", "true");
  try {
    const answer = await post("/act", { ...seat(), ...body });
    if (!answer.ok) toast(answer.sentence);
    await draw();
    return answer.ok;
  } catch {
    toast("That didn't work: the workspace could not be reached.");
    return false;
  } finally {
    source?.removeAttribute("aria-busy");
  }
}

function ask(question) {
  const dialog = find("#confirm");
  find("#confirm-title").textContent = question.title.text;
  find("#confirm-text").textContent = question.text.text;
  find("#confirm-yes").textContent = question.confirm?.text ?? "Yes";
  find("#confirm-no").textContent = question.deny?.text ?? "No";
  find("#confirm-yes").classList.toggle("danger", question.style === "danger");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
  });
}

async function press(source, value) {
  if (source.getAttribute("aria-busy")) return;
  const scope = source.closest("[data-scope]");
  const question = source.dataset.confirm;
  if (source.matches("select") && !source.multiple && !value) return;
  if (question && !(await ask(JSON.parse(question)))) return;
  const body = { do: "press", in: scope.dataset.scope, ts: scope.dataset.ts, action: source.dataset.action };
  await act(value === undefined ? body : { ...body, value }, source);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-act], [data-close], [data-move], [data-pane], [data-self], #sidebar a");
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (!target) return;
  if (target.matches("#sidebar a")) {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(target.dataset.at);
  } else if (target.dataset.self) {
    act({ do: target.dataset.self }, target);
  } else if (target.dataset.move) {
    move(target);
  } else if (target.dataset.pane) {
    pane(target.dataset.pane);
  } else if ("close" in target.dataset) {
    closeModal();
  } else if (target.matches("button, a")) {
    target.closest("details.menu")?.removeAttribute("open");
    press(target, target.dataset.value);
  }
});

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-act]");
  if (field && !field.matches("button, a")) press(field, entry(field));
});

document.addEventListener("submit", async (event) => {
  if (event.target.matches("#composer")) {
    event.preventDefault();
    send();
  } else if (event.target.matches(".modal-form")) {
    event.preventDefault();
    act({ do: "submit", values: entered(event.target) }, find("[type=submit]", event.target));
  } else if (event.target.matches("#prospect")) {
    event.preventDefault();
    apply(event.target);
  }
});

modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeModal();
});

// Shut here at once: a second Escape finds nothing to close.
function closeModal() {
  if (!modal.open) return;
  modal.close();
  act({ do: "close" });
}

document.addEventListener("keydown", (event) => {
  if (event.target.id === "line" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (menu) {
    menu.open = false;
    find("summary", menu).focus();
  }
});

// What was not redrawn because somebody was typing in it is due once they stop.
document.addEventListener("focusout", (event) => {
  if (event.target.closest("#conversation")) shown = null;
});

async function send() {
  const line = find("#line");
  const text = line.value;
  if (!text.trim()) return;
  line.value = "";
  const sent = await act({ do: "say", text }, find("#composer button"));
  if (!sent && !line.value) line.value = text;
  find("#conversation").scrollTop = find("#conversation").scrollHeight;
}

async function apply(form) {
  const button = find("[type=submit]", form);
  const sentence = find("#form-answer");
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await post("/form", Object.fromEntries(new FormData(form)));
    sentence.textContent = answer.sentence;
    sentence.classList.toggle("failed", !answer.ok);
  } catch {
    sentence.textContent = "That didn't work: the workspace could not be reached.";
    sentence.classList.add("failed");
  }
  button.removeAttribute("aria-busy");
  sentence.scrollIntoView({ block: "nearest" });
}

async function move(button) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await post("/move", { move: button.dataset.move });
    if (answer.ok) drawClock(answer.clock); else toast(answer.sentence);
  } catch {
    toast("That didn't work: the workspace could not be reached.");
  }
  button.removeAttribute("aria-busy");
  draw();
}

async function story(button) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await post("/story", {});
    find("#story-said").textContent = answer.sentence;
    if (answer.ok) button.textContent = /^(\d+)\/\1 /.test(answer.sentence) ? "Play it again" : "Next step";
    drawClock(answer.clock);
  } catch {
    toast("That didn't work: the workspace could not be reached.");
  }
  button.removeAttribute("aria-busy");
  draw();
}

find("#story")?.addEventListener("click", (click) => story(click.currentTarget));

// -- moving about

function go(at) {
  for (const link of all("#sidebar a")) {
    if (link.dataset.at === at) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  arrive();
  if (at === "home") act({ do: "home" });
}

function arrive() {
  const { as, at } = seat();
  history.replaceState(null, "", `?${new URLSearchParams({ as, at })}`);
  localStorage.setItem("acting", as);
  find("#conversation").replaceChildren();
  draw(true);
}

function pane(name) {
  document.body.dataset.tab = name;
  for (const tab of all("[data-pane]")) {
    if (tab.dataset.pane === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  if (name === "slack") find("#conversation").scrollTop = find("#conversation").scrollHeight;
}

find("#acting")?.addEventListener("change", arrive);

if (find("#acting")) {
  const last = localStorage.getItem("acting");
  const known = [...find("#acting").options].some((option) => option.value === last);
  if (known && !new URLSearchParams(location.search).has("as")) find("#acting").value = last;
  draw(true);
  if (seat().at === "home") act({ do: "home" });
}
pulse();
