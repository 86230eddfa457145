// One round of hooks, all at once. A redirect is not followed: where it leads nobody has checked. What answers late is
// left: seconds are counted here, over the whole of the answer. Of an answer nothing but its beginning is read.
async function deliver([url, body, id, at, signature, millis]) {
  const began = Date.now();
  let status = 0;
  let text = "";
  try {
    const headers = { "User-Agent": "Tributary" };
    if (body) {
      Object.assign(headers, {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": at,
        "webhook-signature": signature,
      });
    }
    const answer = await fetch(url, {
      method: body ? "POST" : "GET",
      body: body || undefined,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(millis),
    });
    status = answer.status;
    const reader = answer.body?.getReader();
    const begin = await reader?.read();
    text = new TextDecoder().decode(begin?.value?.subarray(0, 500)).replace(/\p{Cc}+/gu, " ");
    // Without waiting: what comes of it is nobody's business any more.
    reader?.cancel().catch(() => {});
  } catch (error) {
    text ||= String(error);
  }
  return [status, Date.now() - began, text];
}

// What has three parts is an answer already: it had no address.
export function deliver_all(round) {
  return Promise.all(round.map((letter) => (letter.length === 3 ? letter : deliver(letter))));
}
