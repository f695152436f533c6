// What the site does with JavaScript. Everything works without it.
(() => {
  "use strict";

  // Leave this site: the page is replaced, so that "back" does not lead here; pressing Shift three times does the same.
  const leave = document.getElementById("leave");
  const status = document.getElementById("leave-status");
  const hint = document.getElementById("leave-hint");
  const pause = 5000;
  let presses = 0;
  let timer;

  const leaveNow = (event) => {
    event?.preventDefault();
    document.body.hidden = true;
    document.title = "…";
    status.textContent = leave.dataset.leaving;
    location.replace(leave.href);
  };

  if (leave) {
    hint.hidden = false;
    leave.addEventListener("click", leaveNow);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Shift") {
        // Shift held for a capital letter is no wish to leave.
        presses = 0;
        return;
      }
      if (event.repeat) return;
      presses += 1;
      clearTimeout(timer);
      timer = setTimeout(() => {
        presses = 0;
        status.textContent = "";
      }, pause);
      if (presses >= 3) leaveNow();
      else status.textContent = presses === 1 ? leave.dataset.once : leave.dataset.twice;
    });
    // A page that comes back from the browser's memory must be whole again.
    addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
  }

  // What is new is read out and seen, once: the answer to a form, or its errors.
  const focusNew = () => {
    const wanted = document.querySelector("[data-focus]");
    if (!wanted) return;
    wanted.removeAttribute("data-focus");
    wanted.focus({ preventScroll: true });
    wanted.scrollIntoView({ block: "start" });
  };
  focusNew();
  document.addEventListener("htmx:after:swap", focusNew);

  // A page of a list that was asked for by a link begins where the reader looks, and is read out.
  document.addEventListener("htmx:after:swap", (event) => {
    const link = event.target.closest?.("#browse a") ?? (document.activeElement === document.body && event.target);
    const title = document.getElementById("results-title");
    if (!link || !title || link.closest("form")) return;
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: "start" });
  });

  // An address is copied with one touch, where the browser lets us.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const beside = button.parentElement.querySelector("[role=status]");
      (beside ?? document.getElementById("copied")).textContent = button.dataset.copied;
    });
  }

  // The print window can be opened from a page that is made for the printer.
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => globalThis.print());
  }

  // A connection that fails loses nothing: the form stays as it was and says so.
  const failure = (event) => event.target.closest?.("form")?.querySelector("[data-network-failure]");
  document.addEventListener("htmx:before:request", (event) => {
    const word = failure(event);
    if (word) word.hidden = true;
  });
  document.addEventListener("htmx:error", (event) => {
    const word = failure(event);
    if (word) word.hidden = false;
  });
})();
