// The running shift and what this phone counted in it, what is not sent yet included.

const ZONE = 8 * 3600e3, MINUTE = 60e3, DAY = 1440 * MINUTE;

// The shift that a moment lies in, as [start, end]; the whole civil day where the post declares none.
export function running(hours, at) {
  const midnight = Math.floor((at + ZONE) / DAY) * DAY - ZONE;
  for (const back of [0, 1]) {
    for (const [start, end] of hours) {
      const begun = midnight - back * DAY + start * MINUTE, over = midnight - back * DAY + end * MINUTE;
      if (begun <= at && at < over) return [begun, over];
    }
  }
  return [midnight, midnight + DAY];
}

export function counted(entries, [start, end]) {
  const sums = { vehicles: 0, persons: 0, turned: 0 };
  for (const { at, row } of entries) {
    const moment = Date.parse(at);
    if (moment < start || moment >= end) continue;
    sums.vehicles += row.on_foot ? 0 : 1;
    sums.persons += row.persons;
    sums.turned += row.outcome === "turned_back" ? row.persons : 0;
  }
  return sums;
}

export function hours([start, end]) {
  const said = (at) => new Date(at + ZONE).toISOString().slice(11, 16);
  return `${said(start)}—${said(end) === "00:00" ? "24:00" : said(end)}`;
}
