module.exports = require("../../section.cjs")("interviews");
