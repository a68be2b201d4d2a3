module.exports = require("../../section.cjs")("news");
