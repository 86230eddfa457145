// The crossings from WASM that a report makes, as click.js has those of a redirect.

const HEADERS = ["origin", "cookie", "sec-gpc"];

// What a report says: URL and headers, one a line, and the body after them; undefined, if it is too long. It throws what is no
// text or breaks off. At once undefined, if the request is no report.
export function read(request, bytesMax) {
  if (request.method !== "POST") return undefined;
  const { url } = request;
  const path = url.indexOf("/", 8);
  const end = path + "/collect".length;
  const isReport = url.startsWith("/collect", path) && (end === url.length || url[end] === "?" || url[end] === "#");
  return isReport ? readAll(request, bytesMax) : undefined;
}

async function readAll(request, bytesMax) {
  const { headers } = request;
  if (headers.get("content-length") > bytesMax) return undefined;
  let text = request.url;
  for (const name of HEADERS) text += `\n${headers.get(name) ?? ""}`;
  const body = await request.arrayBuffer();
  if (body.byteLength > bytesMax) return undefined;
  return `${text}\n${new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)}`;
}

// 200 with JSON, for pages of an origin; cookies one a line.
export function answer(json, origin, cookies) {
  const headers = new Headers({ "Content-Type": "application/json", "Cache-Control": "no-store" });
  if (origin) {
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Credentials", "true");
    headers.set("Vary", "Origin");
  }
  if (cookies) for (const cookie of cookies.split("\n")) headers.append("Set-Cookie", cookie);
  return new Response(json, { headers });
}
