// Enhancements of the public pages. Everything works without them.
(() => {
  "use strict";

  // "Leave this site" replaces the page, so that "Back" does not return to it; so does pressing Shift three times.
  const leave = document.getElementById("leave");
  const status = document.getElementById("leave-status");
  const hint = document.getElementById("leave-hint");
  const RESET_AFTER = 5000; // milliseconds
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
        // Shift was held to type a capital letter.
        presses = 0;
        return;
      }
      if (event.repeat) return;
      presses += 1;
      clearTimeout(timer);
      timer = setTimeout(() => {
        presses = 0;
        status.textContent = "";
      }, RESET_AFTER);
      if (presses >= 3) leaveNow();
      else status.textContent = presses === 1 ? leave.dataset.once : leave.dataset.twice;
    });
    // A page from the back/forward cache is still hidden, so it is loaded again.
    addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
  }

  // Move the focus to new content once, such as the result of a form or its errors, so that it is seen and read out.
  const focusNew = () => {
    const target = document.querySelector("[data-focus]");
    if (!target) return;
    target.removeAttribute("data-focus");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  };
  focusNew();
  document.addEventListener("htmx:after:swap", focusNew);

  // After a link has replaced the list, move the focus and the view to its title.
  document.addEventListener("htmx:after:swap", (event) => {
    const link = event.target.closest?.("#browse a") ?? (document.activeElement === document.body && event.target);
    const title = document.getElementById("results-title");
    if (!link || !title || link.closest("form")) return;
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: "start" });
  });

  // Buttons that copy text, if the browser supports that.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const ownStatus = button.parentElement.querySelector("[role=status]");
      (ownStatus ?? document.getElementById("copied")).textContent = button.dataset.copied;
    });
  }

  // The button of print editions that opens the print dialog.
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => globalThis.print());
  }

  // If the connection fails, the form keeps its content and shows a message.
  const failureMessage = (event) => event.target.closest?.("form")?.querySelector("[data-network-failure]");
  const showFailure = (event, isShown) => {
    const message = failureMessage(event);
    if (message) message.hidden = !isShown;
  };
  document.addEventListener("htmx:before:request", (event) => showFailure(event, false));
  document.addEventListener("htmx:error", (event) => showFailure(event, true));
})();
