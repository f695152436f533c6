// "Keep on this device": nothing is stored before somebody presses the button, and one touch forgets it all.
(() => {
  "use strict";
  if (!navigator.serviceWorker || !globalThis.caches) return;

  const forget = async () => {
    for (const path of await caches.keys()) await caches.delete(path);
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  };

  const remove = async (path) => {
    await caches.delete(path);
    if ((await caches.keys()).length === 0) await forget();
  };

  // On the page of a story: a cache named by its path, with all that it takes to show it and the list.
  const box = document.querySelector("[data-keep]");
  if (box) {
    const { keep: path, list } = box.dataset;
    const files = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]");
    const needed = new Set([path, list, ...[...files].map((file) => file.getAttribute("src") ?? file.getAttribute("href"))]);
    const keep = async () => (await caches.open(path)).addAll([...needed]);
    const show = (state) => {
      for (const part of box.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
    };
    box.hidden = false;
    box.querySelector("button").addEventListener("click", async () => {
      show("waiting");
      try {
        await keep();
        await navigator.serviceWorker.register("/sw.js");
        show("kept");
        box.querySelector("[data-state=kept]").focus();
      } catch {
        await remove(path);
        show("failed");
      }
    });
    caches.has(path).then((kept) => {
      if (!kept) return null;
      show("kept");
      // What was corrected since is kept as it is now.
      return keep();
    }).catch(() => {}); // Without a connection the copy stays; where the browser stores nothing, there is none.
  }

  // On the list: what is kept, and the ways to be rid of it.
  const list = document.getElementById("kept-list");
  if (list) {
    const status = document.getElementById("kept-status");
    const empty = document.getElementById("kept-empty");
    const say = (word) => {
      status.textContent = status.dataset[word];
      status.focus();
    };
    const drop = (item) => {
      item.remove();
      empty.hidden = list.children.length > 0;
    };
    const add = async (path) => {
      const page = await caches.match(path, { cacheName: path, ignoreVary: true });
      if (!page) return;
      const text = new DOMParser().parseFromString(await page.text(), "text/html");
      const item = document.getElementById("kept-item").content.cloneNode(true).firstElementChild;
      const link = item.querySelector("a");
      link.href = path;
      link.lang = text.documentElement.lang;
      link.textContent = item.querySelector("span").textContent = text.querySelector("h1").textContent;
      item.querySelector("button").addEventListener("click", async () => {
        await remove(path);
        drop(item);
        say("removed");
      });
      // What was withdrawn since goes when it is opened. To ask for it here would tell the network all that is kept.
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
      await forget();
      list.replaceChildren();
      empty.hidden = false;
      // The browser's own copies of our pages can only be erased at the server's word.
      const request = { method: "POST", body: new URLSearchParams(new FormData(form)) };
      const told = await fetch(form.action, request).then((answer) => answer.ok, () => false);
      say(told ? "forgotten" : "forgottenHere");
    });
  }
})();
