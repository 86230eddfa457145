// What is written by hand where every click is to be in a database: one read of KV, one message to a Queue after the
// answer, and a consumer that writes each batch to D1 as one statement. No cookie, no signature, no bots, no bursts.
export default {
  async fetch(request, env, ctx) {
    const code = new URL(request.url).pathname.slice("/go/".length);
    const target = await env.LINKS.get(code, { cacheTtl: 60 });
    if (!target) return new Response("not found", { status: 404 });
    const { headers } = request;
    const click = {
      code,
      at: Math.floor(Date.now() / 1000),
      address: headers.get("CF-Connecting-IP"),
      agent: headers.get("User-Agent"),
      referrer: headers.get("Referer") ?? "",
    };
    ctx.waitUntil(env.QUEUE.send(click));
    return new Response(null, { status: 302, headers: { Location: target, "Cache-Control": "no-store" } });
  },

  async queue(batch, env) {
    const clicks = JSON.stringify(batch.messages.map((message) => message.body));
    await env.DB.prepare(
      "INSERT INTO click (code, at, address, agent, referrer) SELECT value ->> 'code', value ->> 'at', " +
        "value ->> 'address', value ->> 'agent', value ->> 'referrer' FROM json_each(?1)",
    )
      .bind(clicks)
      .run();
  },
};
