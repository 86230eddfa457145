// What the platform knows of time zones: the Worker has no database of them.

// How a zone is called that somebody names; nothing, where there is none. Mere offsets are none: the batch knows names.
export function called(zone) {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions();
    return timeZone === "UTC" || /^[A-Za-z]+\//.test(timeZone) ? timeZone : "";
  } catch {
    return "";
  }
}

// A zone's offsets from 1970 until 2070 as JSON: from an instant on, so many seconds east of Greenwich.
export function offsets(zone) {
  const digits = "numeric";
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: digits, month: digits, day: digits, hour: digits, minute: digits, second: digits,
  });
  const at = (seconds) => {
    const [month, day, year, hour, minute, second] = format.format(seconds * 1000).match(/\d+/g);
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - seconds;
  };
  // No zone ever changed its clocks twice within a week: looked at every three days, some 40 ms.
  const step = 3 * 86400;
  const listed = [[0, at(0)]];
  for (let before = 0; before < 3155760000; before += step) {
    const [, known] = listed[listed.length - 1];
    const found = at(before + step);
    if (found === known) continue;
    let low = before;
    let high = before + step;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (at(middle) === known) low = middle;
      else high = middle;
    }
    listed.push([high, found]);
  }
  return JSON.stringify(listed);
}
