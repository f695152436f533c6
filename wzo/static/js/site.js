// Enhancements of the public pages. Everything works without them.
(() => {
  "use strict";

  // "Leave this site" replaces the page, so that "Back" does not return to it; so does pressing Shift three times.
  const leave = document.getElementById("leave");
  const status = document.getElementById("leave-status");
  const hint = document.getElementById("leave-hint");
  const RESET_AFTER = 5000; // milliseconds
  let hasLeft = false;
  let presses = 0;
  let timer;

  const leaveNow = (event) => {
    event?.preventDefault();
    hasLeft = true;
    for (const form of document.forms) form.reset();
    document.body.hidden = true;
    document.title = "…";
    status.textContent = leave.dataset.leaving;
    location.replace(leave.href);
  };

  if (leave) {
    hint.textContent = hint.dataset.text;
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
    // A page that was left is still hidden, and should a browser keep it in its back/forward cache, it is loaded again,
    // without the typed text. Any other comes back as it was.
    addEventListener("pageshow", (event) => {
      if (event.persisted && hasLeft) location.reload();
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

  const addButton = (container, className, label, action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = className;
    button.textContent = label;
    button.addEventListener("click", action);
    container.append(button);
    return button;
  };

  // Buttons that copy text, if the browser supports that.
  for (const container of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
    const { copy, copied, label, name, button } = container.dataset;
    const added = addButton(container, button, label, async () => {
      await navigator.clipboard.writeText(copy);
      container.parentElement.querySelector("[role=status]").textContent = copied;
    });
    if (name) added.setAttribute("aria-label", `${label}: ${name}`);
  }

  // Text copied from a heading has no soft hyphens, which would hide its words from searches.
  document.addEventListener("copy", (event) => {
    const text = String(getSelection());
    if (!text.includes("\u00AD")) return;
    event.clipboardData.setData("text/plain", text.replaceAll("\u00AD", ""));
    event.preventDefault();
  });

  // Collapsed parts are printed too; not every browser does that by its styles.
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("main details")) part.open = true;
  });

  // The button of print editions that opens the print dialog.
  const print = document.querySelector("[data-print]");
  if (print) addButton(print, "button", print.dataset.print, () => globalThis.print());

  // If the connection fails, the form keeps its content and shows a message.
  const failureMessage = (event) => event.target.closest?.("form")?.querySelector("[data-network-failure]");
  const showFailure = (event, isShown) => {
    const message = failureMessage(event);
    if (message) message.textContent = isShown ? message.dataset.networkFailure : "";
  };
  document.addEventListener("htmx:before:request", (event) => showFailure(event, false));
  document.addEventListener("htmx:error", (event) => showFailure(event, true));
})();
