// Who else has this page open. An abandoned page does not ask: it would keep the session alive.
(() => {
  "use strict";
  const { form } = globalThis.editing ?? {};
  if (!form) return;

  // Milliseconds between two reports that the page is open, and how long one does so after its editor's last action.
  const INTERVAL = 30_000;
  const MAX_INACTIVE = 300_000;

  let active = Date.now();
  for (const type of ["input", "keydown", "pointerdown"]) document.addEventListener(type, () => (active = Date.now()));
  setInterval(async () => {
    if (document.visibilityState === "hidden" || Date.now() - active > MAX_INACTIVE) return;
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const response = await fetch(form.dataset.presence, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!response?.ok) return;
    const names = (await response.text()).trim();
    const line = document.getElementById("presence");
    const plain = new DOMParser().parseFromString(names, "text/html").body.textContent;
    if (line.textContent.trim() !== plain) line.textContent = plain;
  }, INTERVAL);
})();
