module.exports = require("../../section.cjs")("commentary");
