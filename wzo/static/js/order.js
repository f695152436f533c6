// Reorders a list without loading the page: <ol data-order data-moved="{name}: position {position} of {count}">.
//
// Each <li id="…"> has two forms, with a hidden step of -1 and 1 and a button. Dragging submits the same form with
// another step. The response is the whole page; its list replaces this one.
(() => {
  "use strict";

  const setUp = (list) => {
    const status = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
    let pending = 0;
    let queue = Promise.resolve();
    list.after(status);

    const items = () => [...list.children];
    const positionOf = (item) => items().indexOf(item);
    const formOf = (item, step) =>
      [...item.querySelectorAll("form")].find((form) => Math.sign(form.elements.step?.value ?? 0) === Math.sign(step));
    const announce = (item) => {
      const name = item.querySelector("a, [data-name]").textContent.trim();
      const values = { name, position: positionOf(item) + 1, count: list.children.length };
      status.textContent = list.dataset.moved.replace(/\{(\w+)\}/g, (_, key) => values[key]);
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
      const response = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const newList = response.ok && page.querySelector("ol[data-order]");
      if (!newList) throw new Error("not moved");
      if (pending > 1) return; // The response to the last request has all changes.
      const focused = list.contains(document.activeElement) && document.activeElement.form;
      const toRestore = focused && [focused.closest("li").id, Number(focused.elements.step?.value)];
      list.replaceChildren(...newList.children);
      items().forEach(addHandle);
      if (toRestore) focus(...toRestore);
    };

    // The item has already moved on the page; if the server refuses, the page is loaded again and says why.
    const move = (item, step, moveFocus) => {
      pending += 1;
      if (moveFocus) focus(item.id, step);
      announce(item);
      queue = queue
        .then(() => send(item, step))
        .catch(() => location.reload())
        .finally(() => {
          pending -= 1;
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

    // A handle for dragging with a pointer.
    const addHandle = (item) => {
      const handle = Object.assign(document.createElement("span"), { className: "drag-handle", ariaHidden: "true" });
      item.prepend(handle);
      handle.addEventListener("pointerdown", (down) => {
        if (down.button !== 0) return;
        down.preventDefault();
        item.classList.add("dragging");
        const start = positionOf(item);
        const listeners = new AbortController();
        const follow = ({ clientY }) => {
          const others = items().filter((it) => it !== item);
          const next = others.find((it) => middle(it) > clientY) ?? null;
          if (item.nextElementSibling !== next) list.insertBefore(item, next);
        };
        const finish = ({ type }) => {
          listeners.abort();
          item.classList.remove("dragging");
          if (type === "pointercancel") list.insertBefore(item, items().filter((it) => it !== item)[start] ?? null);
          const steps = positionOf(item) - start;
          if (steps !== 0) move(item, steps, false);
        };
        // On the document, because an element that moves within it loses its pointer capture.
        document.addEventListener("pointermove", follow, listeners);
        document.addEventListener("pointerup", finish, listeners);
        document.addEventListener("pointercancel", finish, listeners);
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
