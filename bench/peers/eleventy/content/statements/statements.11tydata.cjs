module.exports = require("../../section.cjs")("statements");
