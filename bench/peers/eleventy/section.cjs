// What holds for all items of a section; each of its folders' data files names itself.
module.exports = (section) => ({
  section,
  layout: "item.njk",
  permalink: (data) => data.page.inputPath.replace(/^.*?content\//, "/").replace(/\.md$/, "/"),
});
