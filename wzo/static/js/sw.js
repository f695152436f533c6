// Shows what a reader keeps, when there is no connection. It stores nothing itself: kept.js does, when it is asked to.
// Each kept story has a cache of its own, named by its path, in which stands everything it takes to show it.

const GONE = [404, 410];

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const ours = request.method === "GET" && origin === location.origin && !/^\/admin(\/|$)/.test(pathname);
  if (ours && !request.headers.has("HX-Request")) event.respondWith(answer(request, pathname));
});

// The network has the first word always: what is kept may be out of date, or withdrawn.
async function answer(request, pathname) {
  try {
    const response = await fetch(request);
    if (GONE.includes(response.status) && (await caches.delete(pathname))) await leaveIfNothingIsKept();
    return response;
  } catch {
    const kept = await caches.match(request, { ignoreVary: true });
    return kept ?? (request.mode === "navigate" ? noConnection(pathname) : Response.error());
  }
}

// The list of what is kept stands in for a page that is not, in the language of that page if it can.
async function noConnection(pathname) {
  for (const path of [pathname, ...(await caches.keys())]) {
    const list = await caches.match(`/${path.split("/")[1]}/kept/`, { ignoreVary: true });
    if (list) return new Response(list.body, { status: 503, headers: list.headers });
  }
  return Response.error();
}

async function leaveIfNothingIsKept() {
  if ((await caches.keys()).length === 0) await registration.unregister();
}
