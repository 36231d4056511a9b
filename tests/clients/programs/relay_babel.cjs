// Puts what Relay's compiler made in the place of each graphql`…`: node relay_babel.cjs FROM TO
const { transformFileSync } = require("@babel/core");
const { writeFileSync } = require("node:fs");

const [from, to] = process.argv.slice(2);
writeFileSync(to, transformFileSync(from, { configFile: "./babel.config.json" }).code);
