module.exports = require("../../section.cjs")("documents");
