// What Sink (a link shortener on Workers, https://github.com/ccbikai/Sink) does for each redirect, by hand: one read of
// KV, whose value is JSON, the user agent taken apart by the library that Sink uses, and one point for Analytics Engine.
// Locally that binding throws the point away, so this stores nothing and is cheaper than it is in production.
import { UAParser } from "ua-parser-js";

export default {
  async fetch(request, env) {
    const code = new URL(request.url).pathname.slice("/go/".length);
    const link = await env.LINKS.get(code, { type: "json", cacheTtl: 60 });
    if (!link) return new Response("not found", { status: 404 });
    const { headers } = request;
    const agent = headers.get("User-Agent") ?? "";
    const { browser, device, os } = new UAParser(agent).getResult();
    const referrer = headers.get("Referer");
    env.ANALYTICS.writeDataPoint({
      indexes: [link.id],
      blobs: [
        link.slug, link.url, agent, headers.get("CF-Connecting-IP") ?? "", referrer ? new URL(referrer).host : "",
        headers.get("CF-IPCountry") ?? "", headers.get("Accept-Language") ?? "", os.name ?? "", browser.name ?? "",
        browser.type ?? "", device.model ?? "", device.type ?? "",
      ],
      doubles: [0, 0],
    });
    return new Response(null, { status: 302, headers: { Location: link.url, "Cache-Control": "no-store" } });
  },
};
