// Moving in a list without loading the page: <ol data-order data-moved="{name}: {place} of {count}">.
//
// Each <li id="…"> has two forms, with a hidden step of -1 and 1 and a button. More than one place at a time, as by
// dragging, is the same form with another step. The answer is the page again, and its list is what counts.
(() => {
  "use strict";

  const setUp = (list) => {
    const status = Object.assign(document.createElement("p"), { className: "unseen", role: "status" });
    let waiting = 0;
    let queue = Promise.resolve();
    list.after(status);

    const items = () => [...list.children];
    const placeOf = (item) => items().indexOf(item);
    const formOf = (item, step) =>
      [...item.querySelectorAll("form")].find((form) => Math.sign(form.elements.step?.value ?? 0) === Math.sign(step));
    const say = (item) => {
      const name = item.querySelector("a, [data-name]").textContent.trim();
      const values = { name, place: placeOf(item) + 1, count: list.children.length };
      status.textContent = list.dataset.moved.replace(/\{(\w+)\}/g, (_, word) => values[word]);
    };
    const focus = (id, step) => {
      const item = document.getElementById(id);
      const buttons = [step, -step].map((it) => item && formOf(item, it)?.querySelector("button"));
      buttons.find((button) => button && !button.disabled)?.focus();
    };

    const send = async (item, step) => {
      const form = formOf(item, step);
      const body = new URLSearchParams(new FormData(form));
      body.set("step", String(step));
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.querySelector("ol[data-order]");
      if (!fresh) throw new Error("not moved");
      if (waiting > 1) return; // The last answer has it all.
      const focused = list.contains(document.activeElement) && document.activeElement.form;
      const back = focused && [focused.closest("li").id, Number(focused.elements.step?.value)];
      list.replaceChildren(...fresh.children);
      items().forEach(addHandle);
      if (back) focus(...back);
    };

    // Seen at once, then asked of the server; where it refuses, the page says why.
    const move = (item, step, toFocus) => {
      waiting += 1;
      if (toFocus) focus(item.id, step);
      say(item);
      queue = queue
        .then(() => send(item, step))
        .catch(() => location.reload())
        .finally(() => {
          waiting -= 1;
        });
    };

    list.addEventListener("submit", (event) => {
      const step = Number(event.target.elements.step?.value);
      if (!step) return;
      event.preventDefault();
      const item = event.target.closest("li");
      const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      if (step < 0) other.before(item);
      else other.after(item);
      move(item, step, true);
    });

    // The handle, for whoever has a pointer.
    const addHandle = (item) => {
      const handle = Object.assign(document.createElement("span"), { className: "handle", ariaHidden: "true" });
      item.prepend(handle);
      handle.addEventListener("pointerdown", (down) => {
        if (down.button !== 0) return;
        down.preventDefault();
        item.classList.add("dragged");
        const start = placeOf(item);
        const over = new AbortController();
        const follow = ({ clientY }) => {
          const others = items().filter((it) => it !== item);
          const next = others.find((it) => middle(it) > clientY) ?? null;
          if (item.nextElementSibling !== next) list.insertBefore(item, next);
        };
        const finish = ({ type }) => {
          over.abort();
          item.classList.remove("dragged");
          if (type === "pointercancel") list.insertBefore(item, items().filter((it) => it !== item)[start] ?? null);
          const steps = placeOf(item) - start;
          if (steps !== 0) move(item, steps, false);
        };
        // On the document, since what is moved in it lets go of a pointer that it has taken.
        document.addEventListener("pointermove", follow, over);
        document.addEventListener("pointerup", finish, over);
        document.addEventListener("pointercancel", finish, over);
      });
    };
    const middle = (item) => {
      const { top, height } = item.getBoundingClientRect();
      return top + height / 2;
    };

    items().forEach(addHandle);
  };

  document.querySelectorAll("ol[data-order]").forEach(setUp);
})();
