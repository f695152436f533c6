// Serves stored stories without a connection. It stores nothing itself; kept.js does, on the reader's request.
// Each story has its own cache, named after its path, with all files that it needs.

const GONE_STATUSES = [404, 410];

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isPublicPage = request.method === "GET" && origin === location.origin && !/^\/admin(\/|$)/.test(pathname);
  if (isPublicPage && !request.headers.has("HX-Request")) event.respondWith(respond(request, pathname));
});

// Network first, because a stored story may be out of date or unpublished.
async function respond(request, pathname) {
  const findStored = () => caches.match(request, { ignoreVary: true });
  try {
    const response = await fetch(request);
    if (GONE_STATUSES.includes(response.status) && (await caches.delete(pathname))) await unregisterIfEmpty();
    // The host fails. What is not stored gets its own response, which may say why.
    return (response.status >= 500 && (await findStored())) || response;
  } catch {
    const stored = await findStored();
    return stored ?? (request.mode === "navigate" ? offlinePage(pathname) : Response.error());
  }
}

// In place of a page that is not stored: the list of stored stories, in the language of the page if possible.
async function offlinePage(pathname) {
  for (const path of [pathname, ...(await caches.keys())]) {
    const list = await caches.match(`/${path.split("/")[1]}/kept/`, { ignoreVary: true });
    if (list) return new Response(list.body, { status: 503, headers: list.headers });
  }
  return Response.error();
}

async function unregisterIfEmpty() {
  if ((await caches.keys()).length === 0) await registration.unregister();
}
