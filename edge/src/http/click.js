// The two crossings from WASM that a redirect makes: one reads all of the request that is needed, one makes the answer.
// Each crossing costs about as much as the rest of a redirect's own work, so there are no more.

// What a client cannot set stands first.
const HEADERS = [
  "cf-connecting-ip", "cf-ipcountry", "user-agent", "sec-fetch-dest", "sec-purpose", "purpose", "x-purpose", "x-moz",
  "sec-gpc", "cookie", "referer",
];

// Method, URL and headers, one a line: none of them can hold a line's end. Nothing, if the request is not for a link.
export function read(request) {
  const { method, url } = request;
  if (!url.startsWith("/go/", url.indexOf("/", 8)) || (method !== "GET" && method !== "HEAD")) return undefined;
  const { headers } = request;
  let text = `${method}\n${url}`;
  for (const name of HEADERS) text += `\n${headers.get(name) ?? ""}`;
  return text;
}

export function redirect(location, cookie, timing) {
  const headers = {
    Location: location,
    "Cache-Control": "no-store",
    // Where the merchant's site sees it, the code must not be read from the address.
    "Referrer-Policy": "strict-origin-when-cross-origin",
  };
  if (timing) headers["Server-Timing"] = timing;
  if (cookie) headers["Set-Cookie"] = cookie;
  return new Response(null, { status: 302, headers });
}
