// What every look for scripts that run begins with: `watch` hears what pages do, `look` sees what they are made of.

// Tags that pages of ours have. Whatever else is there, somebody's text has made.
const TAGS = new Set(
  ("a b body br button caption code datalist dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 head header " +
    "html img input label legend li link main meta nav ol optgroup option p path pre rect script section select span strong " +
    "style summary svg table tbody td text textarea th thead title tr ul").split(" "),
);

// A context says what its pages tried: dialogs, words of policies, errors, requests to others.
async function watch(context, hosts) {
  if (context.tried) return;
  context.tried = [];
  await context.addInitScript(() => {
    for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => console.error(`sprung: ${name}`);
    document.addEventListener("securitypolicyviolation", (event) => console.error(`sprung: ${event.violatedDirective}`));
  });
  context.on("console", (message) => {
    const isMissing = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isMissing) context.tried.push(message.text().slice(0, 200));
  });
  context.on("weberror", (event) => context.tried.push(String(event.error()).slice(0, 200)));
  context.on("dialog", async (dialog) => {
    context.tried.push(`a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !hosts.includes(url.host)) context.tried.push(`asked ${request.url()}`);
  });
}

// Looks at the page, or at the documents of its frames: what is wrong, which texts are shown as they are, where links lead.
function look({ texts, tags }) {
  const seen = { wrong: [], shown: {}, changed: {}, links: [], forms: [], next: null };
  const frames = [...document.querySelectorAll("iframe[data-nth]")];
  const documents = frames.length > 0 ? frames.map((frame) => frame.contentDocument) : [document];
  const known = new Set(tags);
  const addresses = ["href", "src", "action", "formaction", "data", "poster", "background", "xlink:href"];
  documents.forEach((document, nth) => {
    const say = (what) => seen.wrong.push([nth, what.slice(0, 200)]);
    if (!document?.documentElement) return say("it went elsewhere");
    const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    if (comments.nextNode()) say(`a comment: ${comments.currentNode.data}`);
    let text = document.documentElement.textContent;
    for (const element of document.querySelectorAll("*")) {
      if (!known.has(element.localName)) say(`an element: ${element.outerHTML}`);
      const isOurs = /^(\/assets\/app\.js|http:\/\/127\.0\.0\.1:\d+\/w\/)/.test(element.getAttribute("src")) && element.textContent.trim() === "";
      if (element.localName === "script" && !isOurs) say(`a script: ${element.outerHTML}`);
      for (const { name, value } of element.attributes) {
        text += `\n${value}`;
        if (name.startsWith("on") || name === "style" || name === "srcdoc") say(`an attribute: ${name}=${value}`);
        const scheme = addresses.includes(name) && /^[\0- ]*([a-z][a-z0-9+.\t\r\n-]*):/i.exec(value)?.[1].replace(/\s/g, "").toLowerCase();
        if (scheme && !["http", "https", "mailto", "tel"].includes(scheme)) say(`an address: ${name}=${value}`);
      }
    }
    for (const { index, 1: field, 2: number } of text.matchAll(/·([a-z_]+)·(\d+)·/gi)) {
      const whole = (texts[number] ?? "").trimStart();
      const is = text.slice(Math.max(0, index - whole.length), index).toLowerCase() === whole.toLowerCase();
      ((is ? seen.shown : seen.changed)[field.toLowerCase()] ??= []).push(Number(number));
    }
    for (const link of document.querySelectorAll("main a[href^='/']")) seen.links.push(link.getAttribute("href"));
    seen.next ??= document.querySelector("main a[href*='?before='], main a[href*='?after=']")?.getAttribute("href") ?? null;
    for (const form of document.querySelectorAll("main form")) {
      const fields = [...form.elements].filter((element) => element.name && element.tagName !== "BUTTON" && element.type !== "checkbox");
      const isText = (field) => field.tagName === "TEXTAREA" || ["text", "email", "tel", "url", "month", "date", "search"].includes(field.type);
      const button = form.querySelector("button[name]");
      seen.forms.push({
        method: form.method,
        action: form.getAttribute("action") ?? "",
        texts: fields.filter(isText).map((field) => field.name),
        others: fields.filter((field) => !isText(field) && field.type !== "password").map((field) => [field.name, field.value]),
        button: button && [button.name, button.value],
      });
    }
  });
  for (const list of [seen.shown, seen.changed]) for (const field in list) list[field] = [...new Set(list[field])];
  seen.links = [...new Set(seen.links)];
  return seen;
}
