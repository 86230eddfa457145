// One read of KV for each redirect. Nothing is decided or stored.
export default {
  async fetch(request, env) {
    const code = new URL(request.url).pathname.slice("/go/".length);
    const target = await env.LINKS.get(code, { cacheTtl: 60 });
    if (!target) return new Response("not found", { status: 404 });
    return new Response(null, { status: 302, headers: { Location: target, "Cache-Control": "no-store" } });
  },
};
