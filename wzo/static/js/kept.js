// "Keep on this device": stores nothing until the reader presses the button. From then on, each visit to the story stores
// it again, in case it has been corrected. Another button erases everything.
(() => {
  "use strict";
  if (!navigator.serviceWorker || !globalThis.caches) return;

  const forgetAll = async () => {
    for (const path of await caches.keys()) await caches.delete(path);
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  };

  const remove = async (path) => {
    await caches.delete(path);
    if ((await caches.keys()).length === 0) await forgetAll();
  };

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // On the page of a story: a cache named after its path, with all files that the story and the list need.
  const box = document.querySelector("[data-keep]");
  if (box) {
    const { keep: path, list, button, hint, waiting, kept, see, failed } = box.dataset;
    const keepButton = make("button", { type: "button", class: "button quiet" }, button);
    const states = {
      open: make("div", {}, keepButton, make("p", { class: "hint" }, hint)),
      waiting: make("p", { role: "status" }, waiting),
      kept: make("p", { tabindex: -1 }, kept, " ", make("a", { href: list }, see)),
      failed: make("p", { role: "status" }, failed),
    };
    const files = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]");
    const urls = new Set([path, list, ...[...files].map((file) => file.getAttribute("src") ?? file.getAttribute("href"))]);
    const store = async () => (await caches.open(path)).addAll([...urls]);
    const show = (state) => {
      states[state].dataset.state = state;
      box.replaceChildren(states[state]);
    };
    show("open");
    keepButton.addEventListener("click", async () => {
      show("waiting");
      try {
        await store();
        await navigator.serviceWorker.register("/sw.js");
        show("kept");
        states.kept.focus();
      } catch {
        await remove(path);
        show("failed");
      }
    });
    caches.has(path).then((isStored) => {
      if (!isStored) return null;
      show("kept");
      // Update the copy, in case the story has been corrected.
      return store();
    }).catch(() => {}); // Without a connection the copy stays as it is; some browsers store nothing at all.
  }

  // On the list: the stored stories, with buttons that remove one of them or all.
  const list = document.getElementById("kept-list");
  if (list) {
    const status = document.getElementById("kept-status");
    const empty = make("p", { id: "kept-empty" }, list.dataset.empty, " ", make("a", { href: list.dataset.storiesPath }, list.dataset.stories));
    const showIfEmpty = (isEmpty) => (isEmpty ? list.after(empty) : empty.remove());
    const announce = (message) => {
      status.textContent = status.dataset[message];
      status.focus();
    };
    const removeItem = (item) => {
      item.remove();
      showIfEmpty(list.children.length === 0);
    };
    const add = async (path) => {
      const page = await caches.match(path, { cacheName: path, ignoreVary: true });
      if (!page) return;
      const story = new DOMParser().parseFromString(await page.text(), "text/html");
      const title = story.querySelector("h1").textContent;
      const name = make("span", { class: "visually-hidden" }, title);
      const button = make("button", { type: "button", class: "button quiet" }, `${list.dataset.remove} `, name);
      const item = make("li", {}, make("a", { href: path, lang: story.documentElement.lang }, title), " ", button);
      button.addEventListener("click", async () => {
        await remove(path);
        removeItem(item);
        announce("removed");
      });
      // Stories that were unpublished are removed when they are opened. Requesting them here would reveal the whole list.
      list.append(item);
    };
    // The service worker responds with the list instead of a page that cannot be loaded.
    if (location.pathname !== list.dataset.path) {
      const { noConnection, advice } = list.dataset;
      const notice = make("div", { id: "no-connection", class: "notice", role: "alert" });
      document.querySelector(".kept").prepend(notice);
      notice.append(make("p", {}, make("strong", {}, noConnection), " ", advice));
    }
    document.getElementById("kept-without-scripts").remove();
    caches.keys().then((paths) => {
      showIfEmpty(paths.length === 0);
      paths.forEach(add);
    });
    document.getElementById("forget").addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target;
      await forgetAll();
      list.replaceChildren();
      showIfEmpty(true);
      // The browser's HTTP cache can be cleared only by a response with the header Clear-Site-Data.
      const request = { method: "POST", body: new URLSearchParams(new FormData(form)) };
      const isCleared = await fetch(form.action, request).then((response) => response.ok, () => false);
      announce(isCleared ? "forgotten" : "forgottenHere");
    });
  }
})();
