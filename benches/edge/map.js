// The floor in JavaScript: the link comes out of a map. Nothing is read, decided or stored.
const LINKS = new Map(Array.from({ length: 100 }, (_, i) => [`code-${i}`, `http://localhost:8788/tours/${i}`]));

export default {
  fetch(request) {
    const code = new URL(request.url).pathname.slice("/go/".length);
    const target = LINKS.get(code);
    if (!target) return new Response("not found", { status: 404 });
    return new Response(null, { status: 302, headers: { Location: target, "Cache-Control": "no-store" } });
  },
};
