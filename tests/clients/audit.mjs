// Does the server speak GraphQL over HTTP as its specification has it? Every audit of graphql-http is run.
// node audit.mjs asks a server that it starts and stops itself; node audit.mjs URL asks the one at this address.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serverAudits } from "graphql-http";

const CLAIMKB = fileURLToPath(new URL("../../.venv/bin/claimkb", import.meta.url));
const PATIENCE = 60_000;

/** Look again and again until there is something to see. */
async function seen(look, what) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} after ${PATIENCE / 1000} seconds.`);
}

/** Wait for the address that the server prints, and until it answers there. */
async function answering(server, printed) {
  const read = () => readFileSync(printed, "utf8");
  const url = await seen(() => {
    if (server.exitCode !== null) throw new Error(`The server ended.\n${read()}`);
    return read().match(/^GraphQL\s+(\S+)/m)?.[1];
  }, "The server did not say where it listens");
  await seen(() => fetch(new URL("/readyz", url)).then((answer) => answer.ok, () => false), "The server is not ready");
  return url;
}

/** Run a server in a folder of its own while something is done with its address; stop it by its process id. */
async function serving(use) {
  const folder = mkdtempSync(join(tmpdir(), "claimkb-audit-"));
  const printed = join(folder, "printed.txt");
  const output = openSync(printed, "w");
  const { CLAIMKB_DATABASE_URL: _, ...environment } = process.env;
  const env = { ...environment, PYTHONUNBUFFERED: "1" };
  const server = spawn(CLAIMKB, ["serve", "--port", "0", "--seed"], { cwd: folder, env, stdio: ["ignore", output, output] });
  const stopped = once(server, "exit");
  try {
    return await use(await answering(server, printed));
  } finally {
    if (server.exitCode === null) process.kill(server.pid, "SIGINT");
    await stopped;
    rmSync(folder, { recursive: true });
  }
}

/** Run every audit; print each that is not ok, and how many are. Give how many are not. */
async function audit(url) {
  const audits = serverAudits({ url });
  let passed = 0;
  for (const { id, name, fn } of audits) {
    const { status, reason } = await fn();
    if (status === "ok") passed += 1;
    else console.log(`${status} ${id} ${name}: ${reason}`);
  }
  console.log(`${passed} of ${audits.length} audits pass`);
  return audits.length - passed;
}

const [given] = process.argv.slice(2);
process.exitCode = (given ? await audit(given) : await serving(audit)) ? 1 : 0;
