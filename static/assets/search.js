// The search page: asks the newest bundle first, older ones when the reader asks for them, those of a year where one is
// chosen. Bundles are searched one by one, since only within one is the order by date right; periods do not overlap.

const PAGE = 10; // results shown at once
const TERMS = 100; // terms of a taxonomy on offer: the most frequent ones
const FORMS = 20; // forms of words that an item's page is asked to mark

const form = document.querySelector("form.search");
const status = document.querySelector(".status");
const list = document.querySelector(".found");
const ways = document.querySelector(".ways");
const [more, older] = ["more", "older"].map((name) => ways.querySelector(`[data-do=${name}]`));
const root = new URL(document.body.dataset.root, location.href);
const { lang } = document.documentElement;
const engine = new URL(form.dataset.engine, location.href).href;
const enough = Number(form.dataset.enough); // bundles are opened until they hold so many items together
const bundlesUrl = new URL(form.dataset.bundles, location.href);

let bundles; // a promise of the list of all bundles, newest first
let opening = Promise.resolve(); // Pagefind breaks when two instances begin at once
const open = new Map(); // bundle path → promise of its instance
let turn = 0; // which search is the present one
let run; // what it has come to

const facets = form.querySelectorAll("select:not([name=order])");
const said = (name, values = {}) =>
  form.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

const listed = () =>
  (bundles ??= fetch(bundlesUrl).then((answer) => {
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }));

// A bundle's own instance of the engine; its items carry a mark, which the engine's own entry lacks.
const begin = async (bundle) => {
  const { createInstance } = await import(`${engine}pagefind.js`);
  const instance = await createInstance({ basePath: engine });
  await instance.init();
  const path = new URL(bundle.path, bundlesUrl).href;
  await instance.mergeIndex(path, { mergeFilter: { in: "1" }, metaCacheTag: bundle.mark });
  return instance;
};

const instanceOf = (bundle) => {
  if (!open.has(bundle.path)) {
    const made = opening.then(() => begin(bundle));
    opening = made.catch(() => open.delete(bundle.path));
    open.set(bundle.path, made);
  }
  return open.get(bundle.path);
};

const asked = () => {
  const data = new FormData(form);
  const filters = { in: "1" };
  for (const select of facets) {
    if (select.value) filters[select.name] = select.value;
  }
  return { query: data.get("q").trim(), filters, sort: data.get("order") ? {} : { date: "desc" } };
};

const isOf = (year) => (bundle) => !year || (bundle.from <= year && year <= bundle.to);

const periodOf = (opened) => {
  const years = opened.flatMap((each) => [each.from, each.to]);
  const [first, last] = [Math.min(...years), Math.max(...years)];
  if (opened.length === 1) return opened[0].title;
  return first === last ? `${first}` : `${first} – ${last}`;
};

const search = async () => {
  const mine = ++turn;
  const question = asked();
  list.replaceChildren();
  ways.hidden = true;
  remember();
  if (!question.query && Object.keys(question.filters).length === 1) {
    status.textContent = "";
    for (const select of facets) label(select, () => undefined);
    return;
  }
  try {
    status.textContent = said("busy");
    const year = Number(question.filters.year ?? 0);
    const waiting = (await listed()).filter(isOf(year));
    if (mine !== turn) return;
    run = { question, waiting, opened: [], found: [], shown: 0 };
    await step(mine);
  } catch (error) {
    failed(mine, error);
  }
};

// Ask the next bundles, and show the first of what they have.
const step = async (mine) => {
  const { question, waiting, opened } = run;
  let count = 0;
  while (waiting.length && count < enough) {
    const bundle = waiting[0];
    const instance = await instanceOf(bundle);
    const { query, filters, sort } = question;
    const answer = await instance.search(query || null, { filters, sort });
    if (mine !== turn) return;
    waiting.shift();
    opened.push(bundle);
    run.found.push(...answer.results);
    count += bundle.count;
  }
  await show(mine);
  if (mine === turn) offer(mine).catch(() => {});
};

const show = async (mine) => {
  const { found, opened, waiting } = run;
  const next = await Promise.all(found.slice(run.shown, run.shown + PAGE).map((each) => each.data()));
  if (mine !== turn) return null;
  const entries = next.map(entry);
  run.shown += entries.length;
  list.append(...entries);
  const period = run.question.filters.year ?? (opened.length ? periodOf(opened) : "");
  status.textContent = said(found.length ? "found" : "none", { count: found.length, period });
  more.hidden = run.shown >= found.length;
  older.hidden = !more.hidden || !waiting.length;
  older.querySelector("span").textContent = waiting.length ? `(${waiting[0].title})` : "";
  ways.hidden = more.hidden && older.hidden;
  return entries[0];
};

const failed = (mine, error) => {
  if (mine === turn) status.textContent = said("failed");
  console.warn(error);
};

// -- results

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

// The forms in which the words that were looked for stand in the text: the item's page marks them (site.js).
const marking = ({ content, locations }) => {
  const words = content.split(/\s+/);
  const bare = (word = "") => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  const forms = [...new Set(locations.map((place) => bare(words[place])))].filter(Boolean).slice(0, FORMS);
  return forms.length ? `#site:found=${forms.map(encodeURIComponent).join()}` : "";
};

const entry = (found) => {
  const { meta, raw_url: address, excerpt } = found;
  const item = document.createElement("li");
  const title = document.createElement("h2");
  title.append(element("a", meta.title, { href: new URL(address.slice(1), root).href + marking(found) }));
  const about = element("p", "", { class: "meta" });
  about.append(element("time", meta.date, { datetime: meta.iso }), ` ${meta.section}`);
  const text = document.createElement("p");
  const plain = (part) => part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  text.append(
    ...excerpt.split(/<\/?mark>/).map((part, place) => (place % 2 ? element("mark", plain(part)) : plain(part))),
  );
  item.append(title, about, text);
  return item;
};

// -- facets: their choices, with what each of them would find

// What a bundle has of each facet in all, and of what was asked when that facet alone is left open.
const counted = async (bundle, { query, filters }) => {
  const instance = await instanceOf(bundle);
  const all = await instance.filters(); // until they are loaded a search counts nothing
  const answers = new Map();
  const asked = {};
  for (const { name } of facets) {
    const open = name in filters ? name : "";
    if (!answers.has(open)) {
      const { [open]: _, ...others } = filters;
      answers.set(open, (await instance.search(query || null, { filters: others })).filters);
    }
    asked[name] = answers.get(open)[name] ?? {};
  }
  return { all, asked };
};

const sum = (held, kind, name) => {
  const counts = new Map();
  for (const each of held) {
    for (const [value, count] of Object.entries(each[kind][name] ?? {})) {
      counts.set(value, (counts.get(value) ?? 0) + count);
    }
  }
  return counts;
};

// Write how many a choice would find behind it; undefined is not known.
const label = (select, count) => {
  for (const option of select.options) {
    if (!option.value) continue;
    option.dataset.title ??= option.text;
    option.setAttribute("value", option.value);
    const known = count(option.value);
    option.text = option.dataset.title + (known === undefined ? "" : ` (${known.toLocaleString(lang)})`);
  }
};

// Offer the terms of the bundles that were asked, the most frequent ones in the order of the alphabet, and count for
// those bundles; a year that they hold in part only is not counted.
const offer = async (mine) => {
  const { question, opened } = run;
  const held = await Promise.all(opened.map((bundle) => counted(bundle, question)));
  const bundles = await listed();
  if (mine !== turn) return;
  const isWhole = (year) => bundles.filter(isOf(Number(year))).every((bundle) => opened.includes(bundle));
  for (const select of facets) {
    if (select.dataset.terms !== undefined) fill(select, sum(held, "all", select.name));
    const counts = sum(held, "asked", select.name);
    label(select, (value) => (select.name !== "year" || isWhole(value) ? (counts.get(value) ?? 0) : undefined));
  }
};

const fill = (select, counts) => {
  const chosen = select.value;
  if (chosen && !counts.has(chosen)) counts.set(chosen, Infinity);
  const terms = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, TERMS);
  terms.sort((a, b) => a[0].localeCompare(b[0], lang));
  select.replaceChildren(select.options[0], ...terms.map(([term]) => element("option", term)));
  select.value = chosen;
};

// -- the address holds what was asked, so that "back" and a link find it again

const remember = () => {
  const given = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(given).toString();
  history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
  const words = new URLSearchParams(given.filter(([name]) => name === "q")).toString();
  for (const link of form.querySelectorAll("[data-carry]")) {
    const url = new URL(link.href);
    url.search = words;
    link.href = url.href;
  }
};

const recall = () => {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const control = form.elements.namedItem(name);
    if (!control) continue;
    if (control.dataset.terms !== undefined && value) control.append(element("option", value));
    control.value = value;
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
form.addEventListener("change", (event) => {
  if (event.target.tagName === "SELECT") search();
});
more.addEventListener("click", async () => (await show(turn))?.querySelector("a").focus());
older.addEventListener("click", async () => {
  const mine = turn;
  const before = list.childElementCount;
  older.disabled = true;
  status.textContent = said("busy");
  await step(mine).catch((error) => failed(mine, error));
  older.disabled = false;
  (list.children[before]?.querySelector("a") ?? (older.hidden ? form.elements.q : older)).focus();
});

recall();
form.hidden = false;
document.querySelector(".off").hidden = true;
if (location.search) search();
