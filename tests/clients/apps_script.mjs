// Runs a function of an Apps Script file under Node and prints the sheet that it fills: node apps_script.mjs FILE FUNCTION
// UrlFetchApp really asks, through curl; SpreadsheetApp is a table in memory.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

const [file, called] = process.argv.slice(2);
let table = [];
const logged = [];

const UrlFetchApp = {
  fetch(url, { method = "get", contentType = "application/x-www-form-urlencoded", headers = {}, payload, muteHttpExceptions = false } = {}) {
    const sent = Object.entries({ ...headers, "Content-Type": contentType }).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
    const body = payload === undefined ? [] : ["--data-binary", payload];
    const words = ["--silent", "--show-error", "--request", method.toUpperCase(), ...sent, ...body, "--write-out", "\n%{http_code}", url];
    const [, text, code] = execFileSync("curl", words, { encoding: "utf8" }).match(/^([^]*)\n(\d+)$/);
    if (Number(code) >= 400 && !muteHttpExceptions) throw new Error(`Request failed for ${url} returned code ${code}. ${text}`);
    return { getContentText: () => text, getResponseCode: () => Number(code) };
  },
};

const sheet = {
  clear: () => ((table = []), sheet),
  getRange: (row, column, rows, columns) => {
    if (Math.min(row, column, rows, columns) < 1) throw new Error("A range has at least one row and one column.");
    return { setValues: (values) => fill(row, column, rows, columns, values) };
  },
};

function fill(row, column, rows, columns, values) {
  if (values.length !== rows || values.some((line) => line.length !== columns)) throw new Error("The values do not fit the range.");
  values.forEach((line, down) => line.forEach((value, right) => ((table[row - 1 + down] ??= [])[column - 1 + right] = value)));
}

const SpreadsheetApp = { getActiveSheet: () => sheet };
const Logger = { log: (said) => logged.push(said) };
const Utilities = { getUuid: () => crypto.randomUUID() };
runInNewContext(`${readFileSync(file, "utf8")}\n${called}();`, { UrlFetchApp, SpreadsheetApp, Logger, Utilities });
console.log([...table.map((line) => line.join("\t")), ...logged].join("\n"));
