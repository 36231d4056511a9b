"""What is sent by mistake or on purpose to hurt, by name, with its answer; and what is unusual and has to pass.

Each is sent over a real connection to a running server. docs/bad-inputs.md lists them all, and a test holds it to that.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

HOST = b"Host: localhost\r\n"
GRAPHQL = b"application/graphql-response+json"
VIEWER = "{ viewer { name } }"


@dataclass(frozen=True)
class Case:
    """Something to send, by name; the status and the code that answer it."""

    name: str
    sent: bytes
    status: int
    code: str | None = None

    @property
    def answer(self) -> str:
        """Say for the table how it is answered."""
        return f"{self.status} {self.code or ''}".strip()


def request(method: bytes, target: bytes, *headers: bytes, body: bytes = b"", host: bytes = HOST) -> bytes:
    """Write a request."""
    lines = b"".join(header + b"\r\n" for header in headers)
    size = b"Content-Length: %d\r\n" % len(body) if body else b""
    return method + b" " + target + b" HTTP/1.1\r\n" + host + b"Accept: " + GRAPHQL + b"\r\n" + size + lines + b"\r\n" + body


def post(body: bytes, *headers: bytes, kind: bytes = b"application/json") -> bytes:
    """Write a POST to the API."""
    return request(b"POST", b"/graphql", b"Content-Type: " + kind, *headers, body=body)


def asking(query: Any, *headers: bytes, **more: Any) -> bytes:
    """Write a POST that asks something."""
    return post(json.dumps({"query": query, **more}, ensure_ascii=False).encode(), *headers)


def nested(field: str, deep: int, inner: str = "id") -> str:
    """Write a field inside itself."""
    return "{ " + f"{field} {{ " * deep + inner + " }" * deep + " }"


def chunked(*chunks: bytes) -> bytes:
    """Write a POST whose body comes in chunks."""
    parts = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    head = b"POST /graphql HTTP/1.1\r\n" + HOST + b"Accept: " + GRAPHQL + b"\r\nContent-Type: application/json\r\n"
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


def doubled(levels: int) -> str:
    """Write fragments each of which spreads the next one twice."""
    fragments = " ".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    return f"{{ viewer {{ ...F0 }} }} {fragments} fragment F{levels} on Viewer {{ name }}"


BAD, COMPLEX, PARSE, VALID = "BAD_USER_INPUT", "QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
ROUND = "claims(first: 100) { nodes { claimant { claims(first: 100) { nodes { claimant { name } } } } } }"
SMALL = json.dumps({"query": VIEWER}).encode()
ASKED = b"/graphql?query=%7Bviewer%7Bname%7D%7D"
ASK = b"GET " + ASKED
HEAD = b"POST /graphql HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
ANSWER = {"predictionId": "x", "verdict": "NO", "rationale": "So."}
RESOLVE = "mutation($i: ResolvePredictionInput!) { resolvePrediction(input: $i) { userErrors { code } } }"


def connections() -> Iterator[Case]:
    """List what is wrong with the connection, the address or the headers."""
    yield Case("bytes that are no HTTP", b"\x00\x01\x02\x03 hello\r\n\r\n", 400)
    yield Case("TLS on the plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300), 400)
    yield Case("a request line without a version", b"GET /graphql\r\n\r\n", 400, BAD)
    yield Case("HTTP/9.9", b"GET /graphql HTTP/9.9\r\n" + HOST + b"\r\n", 400)
    yield Case("a method that there is not", b"HURT /graphql HTTP/1.1\r\n" + HOST + b"\r\n", 400)
    yield Case("DELETE", request(b"DELETE", b"/graphql"), 405, BAD)
    yield Case("TRACE", request(b"TRACE", b"/graphql"), 405, BAD)
    yield Case("PUT with a query", request(b"PUT", b"/graphql", b"Content-Type: application/json", body=SMALL), 405, BAD)
    yield Case("a header without a colon", b"GET /graphql HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n", 400)
    yield Case("a line feed in a header's name", b"GET /graphql HTTP/1.1\r\n" + HOST + b"a\nb c\r\n\r\n", 400)
    yield Case("a NUL in a header", b"GET /graphql HTTP/1.1\r\n" + HOST + b"x: a\x00b\r\n\r\n", 400)
    yield Case("a header of a megabyte", b"GET /graphql HTTP/1.1\r\n" + HOST + b"x: " + b"y" * 1_000_000, 400)
    yield Case("ten thousand headers", b"GET /graphql HTTP/1.1\r\n" + HOST + b"x: yyyyyyyy\r\n" * 100_000, 400)
    yield Case("an address of a megabyte", b"GET /graphql?query=" + b"y" * 1_000_000, 400)
    yield Case(
        "Content-Length and Transfer-Encoding", HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
    )
    yield Case("two Content-Lengths", HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400)
    yield Case("a negative Content-Length", HEAD + b"Content-Length: -1\r\n\r\n", 400)
    yield Case("a Content-Length that is no number", HEAD + b"Content-Length: many\r\n\r\n", 400)
    yield Case("a Content-Length of 10^30", HEAD + b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\n", 400)
    yield Case("a chunk whose size is no number", HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400)
    yield Case("no Host", ASK + b" HTTP/1.1\r\n\r\n", 400, BAD)
    yield Case("two Hosts", ASK + b" HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n", 400, BAD)
    yield Case("two tokens", asking(VIEWER, b"Authorization: Bearer a", b"Authorization: Bearer b"), 400, BAD)
    yield Case("two Origins", asking(VIEWER, b"Origin: http://localhost", b"Origin: https://evil.example"), 400, BAD)
    yield Case("the Host of somebody else (DNS rebinding)", request(b"GET", ASKED, host=b"Host: evil.example\r\n"), 400, BAD)
    yield Case("a Host that only ends like ours", request(b"GET", ASKED, host=b"Host: localhost@evil.example\r\n"), 400, BAD)
    yield Case("a Host that is no name", request(b"GET", ASKED, host=b"Host: [::1\r\n"), 400, BAD)
    yield Case("a page of another site", asking(VIEWER, b"Origin: https://evil.example"), 403, "FORBIDDEN")
    yield Case("a page without an origin", asking(VIEWER, b"Origin: null"), 403, "FORBIDDEN")
    yield Case("another port of this machine", asking(VIEWER, b"Origin: http://localhost:1"), 403, "FORBIDDEN")
    yield Case("a proxy that was not set up", asking(VIEWER, b"X-Forwarded-For: 203.0.113.1"), 401, "UNAUTHENTICATED")
    yield Case("a guessed token", asking(VIEWER, b"Authorization: Bearer ckb_aaaaaaaa_" + b"A" * 43), 401, "UNAUTHENTICATED")
    yield Case("a token of ten kilobytes", asking(VIEWER, b"Authorization: Bearer ckb_a_" + b"A" * 10_000), 401, "UNAUTHENTICATED")
    yield Case("a name and a password", asking(VIEWER, b"Authorization: Basic YTpi"), 401, "UNAUTHENTICATED")
    yield Case("a token in the address", request(b"GET", b"/graphql?query={viewer{name}}&t=ckb_aaaaaaaa_AAAA"), 400, BAD)
    yield Case("a path that is no UTF-8", request(b"GET", b"/%ff%fe"), 404, BAD)
    yield Case("a path that climbs", request(b"GET", b"/graphiql/..%2f..%2fsettings.py"), 404, BAD)
    yield Case("a path that climbs from the pages", request(b"GET", b"/static/..%2f..%2fsettings.py"), 404, BAD)
    yield Case("a path that leads nowhere", request(b"GET", b"/admin.php"), 404, BAD)
    yield Case(
        "nothing that we write is accepted",
        request(b"GET", b"/graphql?query={viewer{name}}").replace(GRAPHQL, b"image/png"),
        406,
        BAD,
    )
    yield Case("an Idempotency-Key of a kilobyte", asking(VIEWER, b"Idempotency-Key: " + b"k" * 1000), 400, BAD)


def bodies() -> Iterator[Case]:
    """List what is wrong with a body."""
    yield Case("no body", post(b""), 400, BAD)
    yield Case("no Content-Type", request(b"POST", b"/graphql", body=SMALL), 415, BAD)
    yield Case("a form", post(b"query={viewer{name}}", kind=b"application/x-www-form-urlencoded"), 415, BAD)
    yield Case("plain text", post(SMALL, kind=b"text/plain"), 415, BAD)
    yield Case("a file upload", post(b"--x\r\n\r\n--x--", kind=b"multipart/form-data; boundary=x"), 415, BAD)
    yield Case("UTF-16", post(SMALL.decode().encode("utf-16"), kind=b"application/json; charset=utf-16"), 415, BAD)
    yield Case("a gzip bomb", post(gzip.compress(bytes(10_000_000)), b"Content-Encoding: gzip"), 415, BAD)
    yield Case("two megabytes", post(b'{"query": "' + b"#" * 2_000_000 + b'"}'), 413, COMPLEX)
    yield Case("two megabytes in chunks", chunked(*[b"x" * 100_000] * 20), 413, COMPLEX)
    yield Case("no JSON", post(b"viewer"), 400, BAD)
    yield Case("half of a JSON", post(SMALL[:-3]), 400, BAD)
    yield Case("JSON and more", post(SMALL + SMALL), 400, BAD)
    yield Case("a byte order mark", post(b"\xef\xbb\xbf" + SMALL), 400, BAD)
    yield Case("invalid UTF-8", post(b'{"query": "\xff\xfe"}'), 400, BAD)
    yield Case("a NUL", post(b'{"query": "{ viewer { name } }\x00"}'), 400, BAD)
    yield Case("an escaped NUL", post(rb'{"query": "{ viewer { name } } # \u0000"}'), 400, BAD)
    yield Case("half of a surrogate pair", post(rb'{"query": "{ viewer { name } } # \ud800"}'), 400, BAD)
    yield Case("NaN", post(b'{"query": "{ viewer { name } }", "variables": {"a": NaN}}'), 400, BAD)
    yield Case("a hundred thousand brackets", post(b"[" * 100_000), 400, BAD)
    yield Case("variables nested fifty thousand deep", post(b'{"query": "x", "variables": ' + b'{"a":' * 50_000), 400, BAD)
    yield Case(
        "an integer of a hundred thousand digits", post(b'{"query": "x", "variables": {"a": ' + b"9" * 100_000 + b"}}"), 400, BAD
    )
    yield Case("a number", post(b"5"), 400, BAD)
    yield Case("a text", post(b'"{ viewer { name } }"'), 400, BAD)
    yield Case("null", post(b"null"), 400, BAD)
    yield Case("an empty object", post(b"{}"), 400, BAD)
    yield Case("a query that is a number", asking(5), 400, BAD)
    yield Case("variables that are a list", asking(VIEWER, variables=[1]), 400, BAD)
    yield Case("an operation's name that is a number", asking(VIEWER, operationName=5), 400, BAD)
    yield Case("extensions that are a text", asking(VIEWER, extensions="x"), 400, BAD)
    yield Case("a batch", post(b"[" + SMALL + b"," + SMALL + b"]"), 400, COMPLEX)
    yield Case("a batch of ten thousand", post(b"[" + b",".join([SMALL] * 10_000) + b"]"), 400, COMPLEX)
    yield Case("an empty batch", post(b"[]"), 400, BAD)


def documents() -> Iterator[Case]:
    """List what is wrong with a document."""
    yield Case("an empty document", asking(""), 400, BAD)
    yield Case("a document of nothing but space", asking(" \n"), 400, PARSE)
    yield Case("a syntax error", asking("{ viewer { name }"), 400, PARSE)
    yield Case("a document of 100 KB", asking("{ viewer { name } }" + " " * 100_000), 413, COMPLEX)
    yield Case("a comment of half a megabyte", asking("#" + "x" * 500_000), 413, COMPLEX)
    yield Case("five thousand tokens", asking("{ viewer { " + "name " * 5_000 + "} }"), 413, COMPLEX)
    yield Case("ten thousand braces", asking("{" * 10_000), 400, PARSE)
    yield Case("thirty levels", asking(nested("claim", 30)), 400, COMPLEX)
    yield Case("a list in a list in a list", asking("{ " + ROUND.replace("name", "claims { nodes { id } }") + " }"), 400, COMPLEX)
    yield Case("a hundred rows for each of a hundred rows", asking(f"{{ {ROUND} }}"), 400, COMPLEX)
    yield Case("a thousand aliases", asking("{ " + " ".join(f"a{n}: __typename" for n in range(1000)) + " }"), 400, COMPLEX)
    yield Case("one field a thousand times", asking("{ " + "__typename " * 1000 + "}"), 400, COMPLEX)
    yield Case("a thousand directives", asking("{ __typename " + "@include(if: true) " * 500 + "}"), 400, COMPLEX)
    yield Case("a directive that there is not", asking("{ __typename @burn }"), 400, VALID)
    yield Case("three hundred operations", asking(" ".join(f"query Q{n} {{ __typename }}" for n in range(300))), 400, COMPLEX)
    yield Case("two operations and no name", asking("query A { __typename } query B { __typename }"), 400, VALID)
    yield Case("the name of an operation that there is not", asking(VIEWER, operationName="Nobody"), 400, BAD)
    yield Case("a fragment in itself", asking("{ viewer { ...F } } fragment F on Viewer { ...F }"), 400, VALID)
    yield Case("fragments doubled sixty times", asking(doubled(60)), 400, COMPLEX)
    yield Case("a fragment that there is not", asking("{ viewer { ...Nothing } }"), 400, VALID)
    yield Case("fields that conflict", asking("{ a: viewer { name } a: viewer { name: role } }"), 400, VALID)
    yield Case(
        "fields that conflict again and again", asking("{ " + "viewer { a: name } viewer { a: role } " * 15 + "}"), 400, COMPLEX
    )
    yield Case("a field that there is not", asking("{ secrets }"), 400, VALID)
    yield Case("a name of fifteen kilobytes", asking("{ " + "x" * 15_000 + " }"), 400, VALID)
    yield Case(
        "three hundred unknown types",
        asking("query(" + " ".join(f"$a{n}: T{n}" for n in range(300)) + ") { __typename }"),
        400,
        COMPLEX,
    )
    yield Case(
        "the schema twelve times over",
        asking("{ __schema { types " + "{ fields { type " * 9 + "{ name }" + "} }" * 9 + " } }"),
        400,
        COMPLEX,
    )
    yield Case("a definition instead of an operation", asking("type Query { a: Int }"), 400, "GRAPHQL_VALIDATION_FAILED")
    yield Case("a subscription by POST", asking("subscription { predictionFlagged { id } }"), 406, BAD)
    yield Case("a mutation by GET", request(b"GET", b"/graphql?query=mutation{__typename}"), 405, BAD)
    yield Case("a GET without a query", request(b"GET", b"/graphql?operationName=x"), 400, BAD)
    yield Case("a GET with variables that are no JSON", request(b"GET", b"/graphql?query={viewer{name}}&variables=x"), 400, BAD)
    yield Case("a NUL in the address", request(b"GET", b"/graphql?query=%00"), 400, BAD)
    yield Case(
        "a fingerprint that nobody knows",
        post(b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "%s"}}}' % (b"a" * 64)),
        200,
        "PERSISTED_QUERY_NOT_FOUND",
    )
    yield Case(
        "a fingerprint of something else",
        asking(VIEWER, extensions={"persistedQuery": {"version": 1, "sha256Hash": "a" * 64}}),
        400,
        BAD,
    )


def values() -> Iterator[Case]:
    """List what is wrong with a value."""
    claim, claims = (
        "query($id: ID!) { claim(id: $id) { id } }",
        "query($n: Int, $after: String) { claims(first: $n, after: $after) { nodes { id } } }",
    )
    yield Case("a variable that is missing", asking(claim), 400, BAD)
    yield Case("a variable of another type", asking(claim, variables={"id": {"a": 1}}), 400, BAD)
    yield Case("a field that no input has", asking(RESOLVE, variables={"i": {"burn": 1}}), 400, BAD)
    for name, number in (
        ("a decimal number as a float", 2.5),
        ("a decimal number that is none", "NaN"),
        ("a decimal number of forty digits", "9" * 40),
    ):
        yield Case(name, asking(RESOLVE, variables={"i": {**ANSWER, "measured": number}}), 400, BAD)
    yield Case("a number that no Int holds", asking(claims, variables={"n": 2**40}), 400, COMPLEX)
    yield Case(
        "a number beyond all numbers",
        post(b'{"query": "query($n: Int) { claims(first: $n) { nodes { id } } }", "variables": {"n": 1e999}}'),
        400,
        BAD,
    )
    yield Case("a hundred and one rows", asking(claims, variables={"n": 101}), 200, BAD)
    yield Case("a million rows", asking(claims, variables={"n": 1_000_000}), 400, COMPLEX)
    yield Case("fewer rows than none", asking(claims, variables={"n": -1}), 200, BAD)
    yield Case("a cursor that is none", asking(claims, variables={"after": "x' OR 1=1 --"}), 200, BAD)
    yield Case("a cursor of another list", asking(claims, variables={"after": "WyIyMDI2Il0="}), 200, BAD)
    yield Case(
        "a day that there is not", asking('{ predictions(filter: {dueOn: {from: "2026-02-30"}}) { totalCount } }'), 400, VALID
    )
    yield Case(
        "ten thousand ids",
        asking("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", variables={"ids": ["x"] * 10_000}),
        413,
        "QUERY_TOO_COMPLEX",
    )
    yield Case(
        "words to search for by the thousand",
        asking("query($q: String!) { search(query: $q) { nodes { __typename } } }", variables={"q": "word " * 10_000}),
        200,
        BAD,
    )


def bad() -> list[Case]:
    """List every bad input that comes over HTTP."""
    return [*connections(), *bodies(), *documents(), *values()]


def good() -> list[Case]:
    """List what is unusual, and has to pass."""
    long = {"i": {"predictionId": "UHJlZGljdGlvbjp4", "verdict": "YES", "rationale": "é" * 400_000}}
    return [
        Case("a small question", asking(VIEWER), 200),
        Case("a question in chunks of one byte", chunked(*(bytes([each]) for each in SMALL)), 200),
        Case("an article of 800 KB in a variable", asking(RESOLVE, variables=long), 200),
        Case("names in capitals", asking(VIEWER).replace(b"Content-Type", b"CONTENT-TYPE"), 200),
        Case("a charset", post(SMALL, kind=b'Application/JSON; charset="UTF-8"'), 200),
        Case(
            "letters of every plane",
            asking("query($q: String!) { search(query: $q) { nodes { __typename } } }", variables={"q": "Қазақстан 🌍 é"}),
            200,
        ),
        Case("a surrogate pair", post(rb'{"query": "{ viewer { name } } # \ud83c\udf0d"}'), 200),
        Case("comments and commas", asking("# why\n{ viewer,,, { name, } }"), 200),
        Case("one operation of two", asking("query A { __typename } query B { viewer { name } }", operationName="B"), 200),
        Case("a hundred aliases", asking("{ " + " ".join(f"a{n}: __typename" for n in range(100)) + " }"), 200),
        Case("fragments in fragments", asking(doubled(2)), 200),
        Case("variables that nobody asks for", asking(VIEWER, variables={"left": {"over": [1]}}), 200),
        Case("null for what may be left out", asking(VIEWER, variables=None, operationName=None, extensions=None), 200),
        Case("a question by GET", request(b"GET", ASKED), 200),
        Case("a plus for a space", request(b"GET", b"/graphql?query=query+A+%7Bviewer%7Bname%7D%7D&operationName=A"), 200),
        Case("a page of our own", asking(VIEWER, b"Origin: http://localhost"), 200),
        Case("a cookie that is none", asking(VIEWER, b"Origin: http://localhost", b"Cookie: claimkb=\xff\xfe; =; x"), 200),
        Case("an empty list of rows", asking("{ claims(first: 0) { nodes { id } totalCount } }"), 200),
        Case("introspection", asking("{ __schema { types { name fields { name type { name ofType { name } } } } } }"), 200),
        Case("an id that nothing has", asking('{ node(id: "nonsense") { id } }'), 200),
        Case("a request id of one's own", asking(VIEWER, b"X-Request-Id: 0-my-id"), 200),
    ]
