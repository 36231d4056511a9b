// Every fact that is recorded, page by page, into the sheet; and a change, with what is wrong with it.
const API = "http://127.0.0.1:8000/graphql";

function ask(query, variables, key = Utilities.getUuid()) {
  const headers = { "Idempotency-Key": key };
  const payload = JSON.stringify({ query, variables });
  const options = { method: "post", contentType: "application/json", headers, payload, muteHttpExceptions: true };
  const { data, errors } = JSON.parse(UrlFetchApp.fetch(API, options).getContentText());
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join("\n"));
  return data;
}

function facts() {
  const query = `query($after: String) {
    claims(first: 15, after: $after, filter: {kind: [FACT]}) { nodes { uuid statement } pageInfo { hasNextPage endCursor } }
  }`;
  const rows = [["id", "statement"]];
  let page = { hasNextPage: true, endCursor: null };
  while (page.hasNextPage) {
    const { claims } = ask(query, { after: page.endCursor });
    rows.push(...claims.nodes.map(({ uuid, statement }) => [uuid, statement]));
    page = claims.pageInfo;
  }
  SpreadsheetApp.getActiveSheet().clear().getRange(1, 1, rows.length, 2).setValues(rows);
}

function record() {
  const query = `mutation($input: RecordClaimInput!) {
    recordClaim(input: $input) { claim { id } userErrors { message field } }
  }`;
  const input = { statement: "The bridge in the sheet opens.", kind: "PREDICTION", voice: "UNATTRIBUTED" };
  const key = Utilities.getUuid();
  const ids = [ask(query, { input }, key), ask(query, { input }, key)].map(({ recordClaim }) => recordClaim.claim.id);
  Logger.log(ids[0] === ids[1]);
  const { recordClaim } = ask(query, { input: { ...input, voice: "REPORTED" } });
  for (const { message, field } of recordClaim.userErrors) Logger.log(`${field.join(".")}: ${message}`);
}

function mistaken() {
  try {
    ask("{ nothing }");
  } catch (error) {
    Logger.log(error.message);
  }
}
