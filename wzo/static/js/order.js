// Moving in a list without loading the page: <ol data-order id="…" data-moved="{name}: {place} of {count}">.
//
// Each <li id="…" data-name="…"> has a form with two buttons, name="move", value="up" and "down". More than one place at a
// time, as by dragging, is the same form with steps=3. The answer is the page again, and its list is what counts.
(() => {
  "use strict";

  const setUp = (list) => {
    const status = Object.assign(document.createElement("p"), { className: "unseen", role: "status" });
    let waiting = 0;
    let queue = Promise.resolve();
    list.after(status);

    const items = () => [...list.children];
    const placeOf = (item) => items().indexOf(item);
    const say = (item) => {
      const values = { name: item.dataset.name, place: placeOf(item) + 1, count: list.children.length };
      status.textContent = list.dataset.moved.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    };
    const focus = (id, move) => {
      const buttons = document.getElementById(id)?.querySelectorAll("[name=move]:not(:disabled)") ?? [];
      const wanted = [...buttons].find(({ value }) => value === move) ?? buttons[0];
      wanted?.focus();
    };

    const send = async (item, move, steps) => {
      const form = item.querySelector("[name=move]").form;
      const body = new URLSearchParams(new FormData(form));
      body.set("move", move);
      if (steps > 1) body.set("steps", String(steps));
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById(list.id);
      if (!fresh) throw new Error("not moved");
      if (waiting > 1) return; // The last answer has it all.
      const focused = list.contains(document.activeElement) && document.activeElement.closest("li").id;
      const value = document.activeElement.value;
      list.replaceChildren(...fresh.children);
      items().forEach(addHandle);
      if (focused) focus(focused, value);
    };

    // Seen at once, then asked of the server; where it refuses, the page says why.
    const move = (item, steps, toFocus) => {
      const towards = steps < 0 ? "up" : "down";
      waiting += 1;
      if (toFocus) focus(item.id, towards);
      say(item);
      queue = queue
        .then(() => send(item, towards, Math.abs(steps)))
        .catch(() => location.reload())
        .finally(() => {
          waiting -= 1;
        });
    };

    list.addEventListener("submit", (event) => {
      const { submitter } = event;
      if (submitter?.name !== "move") return;
      event.preventDefault();
      const item = submitter.closest("li");
      const other = submitter.value === "up" ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      if (submitter.value === "up") other.before(item);
      else other.after(item);
      move(item, submitter.value === "up" ? -1 : 1, true);
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
