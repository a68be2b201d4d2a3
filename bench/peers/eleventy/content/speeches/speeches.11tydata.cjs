module.exports = require("../../section.cjs")("speeches");
