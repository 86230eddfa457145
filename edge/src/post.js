// Cloudflare's Email Service, by its binding: https://developers.cloudflare.com/email-service/api/send-emails/workers-api/

// What would be refused the next time, too. All else may pass: a sender that is not verified yet is not the mail's fault.
const FOR_GOOD = new Set([
  "E_VALIDATION_ERROR", "E_FIELD_MISSING", "E_RECIPIENT_NOT_ALLOWED", "E_RECIPIENT_SUPPRESSED", "E_CONTENT_TOO_LARGE",
]);

export function bound(env) {
  return typeof env.EMAIL?.send === "function";
}

// Nothing if it was accepted; else why not, after "!" if that will not change.
export async function deliver(env, from, to, subject, text, html, cause) {
  const [, name, address] = /^"?([^"<]*?)"?\s*<([^<>]+)>$/.exec(from) ?? [];
  // Its Message-ID is the platform's: of the headers that are ours this one tells programs what is the same mail.
  const mail = { from: address ? { name, email: address } : from, to, subject, text, headers: { "X-Entity-Ref-ID": cause } };
  if (html) mail.html = html;
  try {
    await env.EMAIL.send(mail);
    return "";
  } catch (error) {
    return `${FOR_GOOD.has(error?.code) ? "!" : ""}${error?.code ?? ""} ${error?.message ?? error}`;
  }
}
