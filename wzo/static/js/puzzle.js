// Where many people sign from one network, the form comes back with a puzzle. It is solved here, in a Web Worker, and the
// form is sent again. Without this file the form says how long to wait.
(() => {
  "use strict";

  const STEP = 5; // seconds; what is read out changes no more often than that

  const solve = () => {
    const box = document.querySelector("[data-puzzle]");
    if (!box || !globalThis.Worker) return;
    const { puzzle: challenge, rounds, bits, worker: url } = box.dataset;
    delete box.dataset.puzzle;
    const form = box.closest("form");
    const status = box.querySelector("[role=status]");
    const wait = status.textContent;
    const started = performance.now();
    const worker = new Worker(url);
    let solving = true;

    // Sending the form meanwhile would only start again.
    const hold = (event) => {
      if (event.target !== form || !solving) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    addEventListener("submit", hold, true);
    const stop = () => {
      solving = false;
      removeEventListener("submit", hold, true);
      worker.terminate();
    };

    // The pressed button went with the old form; the keyboard goes on from its successor.
    if (document.activeElement === document.body) {
      form.querySelector("button[type=submit]").focus({ preventScroll: true });
    }
    box.scrollIntoView({ block: "nearest" });
    status.textContent = box.dataset.start;
    worker.addEventListener("error", () => {
      stop();
      status.textContent = wait;
    });
    worker.addEventListener("message", ({ data: { solved, solution } }) => {
      if (!form.isConnected) return stop();
      const left = ((performance.now() - started) / solved) * (rounds - solved);
      const text = box.dataset.left.replace("{seconds}", Math.max(1, Math.ceil(left / 1000 / STEP)) * STEP);
      if (solved > 2 && solved < rounds && status.textContent !== text) status.textContent = text;
      if (!solution) return;
      stop();
      form.elements.solution.value = solution;
      form.querySelector("button[type=submit]").click();
    });
    worker.postMessage({ challenge, rounds: Number(rounds), bits: Number(bits) });
  };

  solve();
  document.addEventListener("htmx:after:swap", solve);
})();
