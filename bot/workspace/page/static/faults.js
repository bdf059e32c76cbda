"use strict";
// The panel that makes Slack fail: adds a fault, clears them all, shows what stands.
{
  const form = document.querySelector("#faults-form");
  const list = document.querySelector("#faults-standing");
  const show = (standing) => {
    document.querySelector("#faults-count").textContent = standing.length || "";
    list.replaceChildren(...standing.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }));
  };
  const change = async (body) => {
    const answer = await (await fetch("/faults", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    })).json();
    if (answer.ok) show(answer.standing);
    else show([answer.sentence]);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change(Object.fromEntries(new FormData(form)));
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fault]");
    if (button) change({ do: button.dataset.fault });
  });
  setInterval(async () => {
    if (document.hidden || !document.querySelector("#faults").open) return;
    show(await (await fetch("/faults")).json());
  }, 2000);
}
