// "Keep on this device": stores nothing until the reader presses the button; another button erases everything.
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

  // On the page of a story: a cache named after its path, with all files that the story and the list need.
  const box = document.querySelector("[data-keep]");
  if (box) {
    const { keep: path, list } = box.dataset;
    const files = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]");
    const urls = new Set([path, list, ...[...files].map((file) => file.getAttribute("src") ?? file.getAttribute("href"))]);
    const store = async () => (await caches.open(path)).addAll([...urls]);
    const show = (state) => {
      for (const element of box.querySelectorAll("[data-state]")) element.hidden = element.dataset.state !== state;
    };
    box.hidden = false;
    box.querySelector("button").addEventListener("click", async () => {
      show("waiting");
      try {
        await store();
        await navigator.serviceWorker.register("/sw.js");
        show("kept");
        box.querySelector("[data-state=kept]").focus();
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
    const empty = document.getElementById("kept-empty");
    const announce = (message) => {
      status.textContent = status.dataset[message];
      status.focus();
    };
    const removeItem = (item) => {
      item.remove();
      empty.hidden = list.children.length > 0;
    };
    const add = async (path) => {
      const page = await caches.match(path, { cacheName: path, ignoreVary: true });
      if (!page) return;
      const story = new DOMParser().parseFromString(await page.text(), "text/html");
      const item = document.getElementById("kept-item").content.cloneNode(true).firstElementChild;
      const link = item.querySelector("a");
      link.href = path;
      link.lang = story.documentElement.lang;
      link.textContent = item.querySelector("span").textContent = story.querySelector("h1").textContent;
      item.querySelector("button").addEventListener("click", async () => {
        await remove(path);
        removeItem(item);
        announce("removed");
      });
      // Stories that were unpublished are removed when they are opened. Requesting them here would reveal the whole list.
      list.append(item);
    };
    document.getElementById("no-connection").hidden = location.pathname === list.dataset.path;
    document.getElementById("kept-without-scripts").hidden = true;
    caches.keys().then((paths) => {
      empty.hidden = paths.length > 0;
      paths.forEach(add);
    });
    document.getElementById("forget").addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target;
      await forgetAll();
      list.replaceChildren();
      empty.hidden = false;
      // Only a header of the server can clear the browser's HTTP cache.
      const request = { method: "POST", body: new URLSearchParams(new FormData(form)) };
      const isCleared = await fetch(form.action, request).then((response) => response.ok, () => false);
      announce(isCleared ? "forgotten" : "forgottenHere");
    });
  }
})();
