// Shows many documents at once, each in a frame of its own, without the policy that pages have: what is escaped needs none.
await watch(context, args.hosts);
// In a tab of its own, which takes with it all that it holds.
const tab = await context.newPage();
await tab.goto(args.trap, { waitUntil: "load" });
await tab.evaluate(async (documents) => {
  const loaded = documents.map((html, nth) => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.dataset.nth = nth;
    // Nobody sees them: what has no place on the screen is not painted, and runs all the same.
    frame.hidden = true;
    // Scripts run; what they may not is to take the page away that watches them.
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-modals allow-forms allow-popups");
    frame.addEventListener("load", done, { once: true });
    frame.srcdoc = html;
    document.body.append(frame);
  }));
  await Promise.race([Promise.all(loaded), new Promise((done) => setTimeout(done, 10_000))]);
}, args.documents);
const seen = await tab.evaluate(look, { texts: args.texts, tags: [...TAGS] });
await tab.close();
return { all: [{ at: "", ...seen }], tried: context.tried.splice(0) };
