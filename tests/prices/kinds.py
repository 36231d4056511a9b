"""The dearest requests that are known, of each kind. What a search finds that is dearer comes in here."""

import json
from collections.abc import Callable, Iterator
from itertools import count, repeat
from uuid import UUID

from graphql import get_introspection_query

from claimkb.domain.reference import global_id
from claimkb.graphql.limits.settings import Limits
from tests.prices.rows import ARTICLES, LONG, id_of
from tests.prices.server import Request, asking

LETTERS = " ".join("abcdefghijklmnopqrstuvwxyz" * 6)[:299]
_NUMBERS = count()

SUGGESTIONS = 'query($t: String!) { suggestions(text: $t, language: "en", publishedOn: "2026-11-07", first: 100) { statement { exact } why } }'
PROSE = "“Growth of {0}%% is likely,” said Jane Smith, and bridge %d will probably open by the end of next quarter.\n".replace(
    "{0}", "3.5"
)
TEXTS = {
    "prose": "".join(PROSE % number for number in range(900)),
    "numbers": "2030 " * 20_000,
    "words of the future": "will " * 20_000,
    "full stops": "M. A. " * 16_666,
}
"""Texts as long as they are read. What is dear to read, and says little."""


def again(query: str, **variables: object) -> Callable[[], Iterator[Request]]:
    """Ask the same again and again."""
    return lambda: repeat(asking(query, **variables))


def new(make: Callable[[int], Request]) -> Callable[[], Iterator[Request]]:
    """Ask something else each time."""
    return lambda: (make(number) for number in _NUMBERS)


def aliased(field: str, times: int = 20) -> str:
    """Ask for a field of the query many times."""
    return "{ " + " ".join(f"a{number}: {field}" for number in range(times)) + " }"


def _long_document(number: int) -> str:
    """Write a document that is as long as one may be, and valid."""
    fields = "id statement note claimant { name } appearances { nodes { id source { title url } } }"
    return f"# {number}\n{{ " + " ".join(f"a{each}: claims(first: 1) {{ nodes {{ {fields} }} }}" for each in range(20)) + " }"


def _reviewed(_: int) -> Request:
    """Review a claim with fifty quotes from long articles, none of which stands there to the letter."""
    quote = 'in twelve days - that "it" will  open. The crown'
    evidence = [{"sourceId": id_of("source", each), "stance": "SUPPORTS", "quote": quote} for each in range(20)]
    given = {"claimId": id_of("claim", 1), "rating": "TRUE", "summary": "So.", "evidence": evidence}
    return asking(
        "mutation($i: ReviewClaimInput!) { reviewClaim(input: $i) { review { id } userErrors { code message } } }", i=given
    )


def _recorded(number: int) -> Request:
    """Record a claim with a quote from a long article."""
    quote = {"exact": "the very  last words"}
    given = {"statement": f"Claim {number}.", "kind": "FACT", "voice": "UNATTRIBUTED",
             "appearance": {"sourceId": id_of("source", number % ARTICLES), "quote": quote}}  # fmt: skip
    return asking(
        "mutation($i: RecordClaimInput!) { recordClaim(input: $i) { claim { id } userErrors { code message } } }", i=given
    )


def _story(number: int) -> Request:
    """Record a whole story of twenty claims, each with a prediction and a relation."""
    prediction = {"question": "Does it?", "criteria": "It does.", "dueOn": "2030-01-01", "dueBasis": "STATED"}
    claims = [
        {"key": f"c{each}", "statement": f"Story {number}, claim {each}.", "kind": "PREDICTION", "voice": "UNATTRIBUTED"}
        | {"prediction": prediction, "relations": [{"type": "SUPPORTS", "toClaimKey": f"c{(each + 1) % 20}"}]}
        for each in range(20)
    ]
    given = {"key": f"story {number}", "claims": claims}
    return asking(
        "mutation($i: RecordStoryInput!) { recordStory(input: $i) { story { recordedCount } userErrors { message } } }", i=given
    )


def _source(number: int) -> Request:
    """Record a long article."""
    given = {"title": f"Source {number}", "snapshot": {"text": f"{number} " + "é" * (LONG // 2)}}
    return asking(
        "mutation($i: RecordSourceInput!) { recordSource(input: $i) { source { id } userErrors { code message } } }", i=given
    )


KINDS: dict[str, Callable[[], Iterator[Request]]] = {
    "a hundred records": again("{ claims(first: 100) { nodes { id statement kind voice claimant { name } } } }"),
    "ten thousand records": again(
        "{ claims(first: 99) { nodes { claimant { claims(first: 98) { nodes { id statement createdAt } } } } } }"
    ),
    "long texts": again("{ claims(first: 100) { nodes { " + " ".join(f"n{each}: note" for each in range(30)) + " } } }"),
    "counts with a text filter": again(aliased('claims(filter: {text: "zebra crossing"}) { totalCount }')),
    "the far end of an order": again(aliased("predictions(last: 1, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } }")),
    "snippets": again(aliased(f'search(query: "{LETTERS}", first: 100) {{ edges {{ snippet }} }}', 5)),
    "a search without snippets": again(aliased(f'search(query: "{LETTERS}", first: 1) {{ totalCount }}')),
    "a phrase": again('{ search(query: "\\"bridge number\\"", first: 100) { pageInfo { hasNextPage } } }'),
    "a phrase that is counted": again('{ search(query: "\\"a b c d e\\"", first: 20) { totalCount pageInfo { hasNextPage } } }'),
    "claims alike": again(aliased('similarClaims(statement: "' + "bridge spring ministry said will open number that " * 19 + '") { score }')),
    "a claim alike": again('{ similarClaims(statement: "bridge spring", first: 1) { why } }'),
    "a text alike": again(
        "query($t: String!) { similarClaimsInText(text: $t, first: 100) { passage { exact } similar { score claim { statement } } } }",
        t=" ".join(f"The ministry said that bridge number {each} will open in spring." for each in range(500)),
    ),
    **{f"suggestions from {name}": again(SUGGESTIONS, t=text) for name, text in TEXTS.items()},
    "claims worth checking": again(SUGGESTIONS.replace("first: 100", "first: 100, kinds: [CLAIM]"), t=TEXTS["prose"]),
    "suggestions of sources": again(
        "query($i: [ID!]!) { nodes(ids: $i) { ... on Source { suggestions { statement { exact } state } suggestionsNote } } }",
        i=[id_of("source", each) for each in [1, *range(ARTICLES + 1, ARTICLES + 50)]],
    ),
    "a suggestion that is taken": again(
        "mutation($i: TakeSuggestionInput!) { takeSuggestion(input: $i) { claim { id } userErrors { message } } }",
        i={"sourceId": id_of("source", 1), "suggestionId": global_id("Suggestion", UUID(int=1))},
    ),
    "what words of a date mean": again(aliased('dueDates(text: "' + "the end of the " * 19 + 'year", saidOn: "2026-11-07") { reasoning }')),
    "claimants alike": again(aliased('similarClaimants(name: "Claimant Muhammad bin Salman 7 of the ministry") { score }')),
    "a collection of everything": again("{ collections { nodes { summary { line } } } }"),
    "a page of a collection": again("{ collections { nodes { claims(first: 1) { nodes { id } } } } }"),
    "what was said on behalf": again("{ claimants(first: 20) { nodes { trackRecord(includeOnBehalf: true) { line } } } }"),
    "a whole story": new(_story),
    "track records": again("{ claimants(first: 20) { nodes { trackRecord { line } } } }"),
    "where a page lies": again(
        aliased(
            'predictions(filter: {status: [WITHDRAWN, OPEN], dueOn: {from: "2025-01-01"}}, orderBy: {field: UPDATED_AT, direction: DESC},'
            " first: 20) { pageInfo { hasPreviousPage } }"
        )
    ),
    "small questions of their own": again("{ backlog { " + " ".join(f"j{each}: jobIsLate l{each}: lastRun {{ asOf }}" for each in range(20)) + " } }"),
    "a source by its address": again(
        '{ sourceByUrl(url: "https://example.org/1") { url predictions(first: 1) { pageInfo { hasNextPage } } } }'
    ),
    "a snapshot of a source": again(
        "{ sources(orderBy: {field: UPDATED_AT, direction: ASC}, first: 1) { nodes { snapshot { capturedAt } } } }"
    ),
    "the backlog": again(aliased("backlog { counts { timeliness count } reviewsDue oldestOverdue { id } }")),
    "texts of articles": again(
        "query($i: [ID!]!) { nodes(ids: $i) { ... on Source { snapshot { text } } } }", i=[id_of("source", each) for each in range(10)]
    ),
    "the schema": again(get_introspection_query()),
    "what has no plan": again(
        '{ __schema { description } search(query: "zebra", first: 100) { edges { snippet node { ... on Claim { note claimant { name }'
        " appearances { nodes { source { title } } } } } } } }"
    ),
    "new documents": new(lambda number: asking(_long_document(number))),
    "new documents that are refused": new(lambda number: asking(_long_document(number).replace("title", "titel"))),
    "new documents that are broken": new(lambda number: asking(_long_document(number)[:-1])),
    "new documents that are short": new(lambda number: asking(f"# {number}\n{{ claims(first: 1) {{ nodes {{ id }} }} }}")),
    "a body that is no JSON": new(lambda _: Request(b"[" + b"[1]," * 240_000)),
    "variables as many as there may be": again(
        "query($f: ClaimFilter) { claims(filter: $f) { totalCount } }", f={"kind": ["FACT"] * (Limits().max_values - 10)}
    ),
    "an article": new(_source),
    "a claim with a quote": new(_recorded),
    "fifty quotes": new(_reviewed),
    "twenty verbs": new(
        lambda number: asking(
            "mutation { " + " ".join(
                f'v{each}: recordClaimant(input: {{name: "N {number} {each}", kind: PERSON}}) {{ claimant {{ id }} }}' for each in range(20)
            ) + " }"
        )
    ),
    "the schema's file": lambda: repeat(Request(path="/schema.json", headers={})),
    "a script": lambda: repeat(Request(path="/graphiql/graphiql-3.8.3.min.js", headers={})),
    "a feed": lambda: repeat(Request(path="/feeds/due.ics", headers={})),
    "a question in an address": lambda: repeat(Request(path="/graphql?query=%7Bviewer%7Bname%7D%7D", headers={})),
}  # fmt: skip


def mistaken(answer: bytes) -> str:
    """Tell what a request of a kind is answered with, shortly."""
    try:
        said = json.loads(answer)
    except ValueError:
        return ""
    return str([each["message"][:80] for each in said.get("errors", [])][:1]) if isinstance(said, dict) and "errors" in said else ""
