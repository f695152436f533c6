// The focal point of a picture: moved by a click or the arrow keys, with a live preview of the crops. Without this file
// a click on the picture submits the form, the numbers can be typed, and the page shows the crops after saving.
(() => {
  "use strict";

  const form = document.querySelector("[data-focus-form]");
  if (!form) return;
  const picture = form.querySelector("input[type=image]");
  const lines = form.querySelectorAll("svg path");
  const crops = form.querySelectorAll("img[data-full-src]");
  const status = form.querySelector("[data-focus-status]");
  const x = form.querySelector("[name=focus_x]");
  const y = form.querySelector("[name=focus_y]");
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  const clamp = (value) => Math.min(100, Math.max(0, Math.round(Number(value) || 0)));

  const show = () => {
    const [left, top] = [clamp(x.value), clamp(y.value)];
    for (const line of lines) line.setAttribute("d", `M${left} 0V100M0 ${top}H100`);
    for (const crop of crops) {
      // Show the whole picture, cropped by the browser with the same rule as the server's.
      if (crop.getAttribute("src") !== crop.dataset.fullSrc) crop.src = crop.dataset.fullSrc;
      crop.style.objectPosition = `${left}% ${top}%`;
    }
  };

  const move = (left, top) => {
    x.value = clamp(left);
    y.value = clamp(top);
    show();
    status.textContent = status.dataset.announcement.replace("{x}", x.value).replace("{y}", y.value);
  };

  form.classList.add("ready");
  form.querySelector("[data-keys-hint]").hidden = false;
  x.addEventListener("input", show);
  y.addEventListener("input", show);
  picture.addEventListener("click", (event) => {
    event.preventDefault();
    // The Enter key clicks too, but without a position.
    if (event.detail === 0) return;
    const box = picture.getBoundingClientRect();
    move((100 * (event.clientX - box.left)) / box.width, (100 * (event.clientY - box.top)) / box.height);
  });
  picture.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const length = event.shiftKey ? 10 : 1;
    move(clamp(x.value) + length * step[0], clamp(y.value) + length * step[1]);
  });
})();
