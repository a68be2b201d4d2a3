// Eleventy on the made archive. Neighbours, years and tags are looked up in maps that are made once a build:
// the stock filter for neighbours looks through all items for each item.
const SECTIONS = ["news", "speeches", "statements", "interviews", "commentary", "documents"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];

const title = (section) => section[0].toUpperCase() + section.slice(1);
const two = (number) => String(number).padStart(2, "0");
const slug = (text) => text.replaceAll(" ", "-");

function grouped(items, keys) {
  const groups = new Map();
  for (const item of items) {
    for (const key of keys(item)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(item);
    }
  }
  return groups;
}

function neighboursOf(sections) {
  const near = new Map();
  for (const items of sections.values()) {
    items.forEach((item, at) => near.set(item.url, { newer: items[at - 1], older: items[at + 1] }));
  }
  return near;
}

function sheets(items, base, name, size) {
  const count = Math.ceil(items.length / size);
  const url = (number) => (number === 1 ? base : `${base}page/${number}/`);
  return Array.from({ length: count }, (_, at) => ({
    title: name, url: url(at + 1), number: at + 1, count, items: items.slice(at * size, (at + 1) * size),
    newer: at > 0 ? url(at) : null, older: at + 1 < count ? url(at + 2) : null,
  }));
}

module.exports = function (config) {
  config.setLibrary("md", require("markdown-it")({ html: true }).use(require("markdown-it-footnote")));
  config.setUseGitIgnore(false);
  config.setNunjucksEnvironmentOptions({ autoescape: true });
  config.addFilter("title", title);
  config.addFilter("slug", slug);
  config.addFilter("iso", (date) => date.toISOString());
  config.addFilter("month", (date) => date.toISOString().slice(0, 7));
  config.addFilter("rfc822", (date) => date.toUTCString());
  config.addFilter("day", (date) => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, `
    + `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`);

  let archive;
  config.on("eleventy.before", () => { archive = null; });
  function load(api) {
    if (archive) return archive;
    const all = api.getAllSorted().filter((item) => item.data.section).reverse();
    const sections = grouped(all, (item) => [item.data.section]);
    archive = {
      all,
      sections,
      neighbours: neighboursOf(sections),
      months: grouped(all, (item) => [item.date.toISOString().slice(0, 7)]),
      terms: grouped(all, (item) => item.data.tags || []),
    };
    return archive;
  }
  config.addFilter("neighbours", (url) => archive.neighbours.get(url));
  config.addCollection("items", (api) => load(api).all);
  config.addCollection("latest", (api) => load(api).all.slice(0, 20));
  config.addCollection("listings", (api) => {
    const { sections, terms, months } = load(api);
    return [
      ...[...sections].flatMap(([name, items]) => sheets(items, `/${name}/`, title(name), 20)),
      ...[...terms].flatMap(([name, items]) => sheets(items, `/tags/${slug(name)}/`, name, 200)),
      ...[...months].flatMap(([name, items]) => sheets(items, `/all/${name}/`, name, items.length)),
    ];
  });
  config.addCollection("overviews", (api) => {
    const { months, all, terms } = load(api);
    const years = grouped(all, (item) => [item.date.toISOString().slice(0, 4)]);
    const link = (base) => ([name, items]) => ({ url: `${base}${slug(name)}/`, title: name, count: items.length });
    return [
      { title: "All news", url: "/all/", links: [...years].map(link("/all/")) },
      { title: "Tags", url: "/tags/", links: [...terms].sort().map(link("/tags/")) },
      ...[...years.keys()].map((year) => ({ title: year, url: `/all/${year}/`,
        links: [...months].filter(([month]) => month.startsWith(year)).map(link("/all/")) })),
    ];
  });
  config.addCollection("feeds", (api) => {
    const { all, sections } = load(api);
    return [["/", all], ...[...sections].map(([name, items]) => [`/${name}/`, items])]
      .map(([url, items]) => ({ url, items: items.slice(0, 20) }));
  });

  return {
    dir: { input: "content", includes: "../_includes" },
    templateFormats: ["md", "njk"],
    markdownTemplateEngine: false,
    htmlTemplateEngine: false,
  };
};
