// Walks a list from its first page to its last, under the pages' own policy.
await watch(context, args.hosts);
const all = [];
for (let path = args.path, pages = 0; path && pages < 60; pages++) {
  const answer = await page.goto(new URL(path, args.base).href, { waitUntil: "load" });
  const seen = await page.evaluate(look, { texts: args.texts, tags: [...TAGS] });
  if (answer.status() !== 200) seen.wrong.push([0, `status ${answer.status()}`]);
  // Where the words of a link have been pressed, they are where they were.
  for (const summary of await page.locator("main summary").all()) await summary.evaluate((element) => element.click());
  all.push({ at: path, ...seen });
  path = seen.next && args.follow ? new URL(seen.next, page.url()).pathname + new URL(seen.next, page.url()).search : null;
}
return { all, tried: context.tried.splice(0) };
