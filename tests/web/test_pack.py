"""The resolution pack: one question and one page with all that a person needs on the day a prediction is due."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from graphql import strip_ignored_characters
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from claimkb.actions import claims, evidence, following, outcomes, predictions, reanchoring, sources
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Prediction, Source
from claimkb.domain.account import Actor
from claimkb.domain.outcome import Verdict
from claimkb.domain.permissions import Role
from claimkb.domain.policy import Policy
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import NotFound
from claimkb.graphql.limits.settings import Limits
from claimkb.identity import LOCAL_EDITOR
from claimkb.store import appearances, series
from claimkb.web import markdown, pack
from tests.builders import (
    TEXT,
    a_claim,
    a_claimant,
    a_fact,
    a_prediction,
    a_series,
    a_source,
    a_token,
    an_account,
    do,
    everything,
    resolved,
    reviewed,
)
from tests.cli.test_serving import serving
from tests.graphql.test_graphiql import CHROMIUM, browsing, execute, tabs

HERE = "http://127.0.0.1"
WASHINGTON = "1df0690a-b80a-5dae-8c18-d3fd3e97f341"
NOBODY = "01a20724-4587-74c2-ac48-3da18ddeec7c"


def page_of(desk: Desk, prediction: Prediction) -> str:
    """Write the page of a prediction."""
    return pack.page(pack.fetch(desk, LOCAL_EDITOR, prediction.id))


def section(page: str, title: str) -> str:
    """Take one section of a page."""
    (found,) = re.findall(rf"^## {title}\n\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return str(found).strip()


def sections(page: str) -> list[str]:
    """Name the sections of a page."""
    return re.findall(r"^## (.*)$", page, re.MULTILINE)


def said_in(desk: Desk, source: Source, **given: Any) -> Any:
    """Record a claim that stands in a source."""
    quote = {
        "exact": "the bridge will open in spring",
        "prefix": "The minister said ",
        "suffix": ". Critics doubt it.",
        "start": 18,
    }
    place = {"source_id": source.id, "section": "Roads", "paragraph": 1, "claimant_role": "Minister of roads", "quote": quote}
    return a_claim(desk, appearance=place, **given)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a browser that follows no redirect by itself."""
    with TestClient(app_of(desk), base_url=HERE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def busy(desk: Desk) -> Prediction:
    """Record a prediction about which much has happened."""
    minister = a_claimant(desk)
    printed = {"url": "https://example.org/bridge", "publisher": "The Times", "published_on": "2025-03-01"}
    source = a_source(desk, **printed, published_on_precision="MONTH")
    claim = said_in(desk, source, voice="REPORTED", claimant_id=minister.id, said_on="2025-03-01", note="On a walk.")
    dated: dict[str, Any] = {
        "due_text": "in spring",
        "due_reasoning": "Spring ends.",
        "likelihood_text": "will",
        "probability": 0.9,
    }
    made = a_prediction(desk, claim=claim, **dated)
    other = a_prediction(desk, claim=said_in(desk, source, statement="It is blue."), question="Is it blue?")
    resolved(desk, other, verdict="NO")
    fact = a_fact(desk, statement="The bridge has no road.")
    reviewed(desk, fact)
    for one, another, how, state in (
        (fact.id, claim.id, "CONTRADICTS", "ASSERTED"),
        (claim.id, other.claim_id, "DEPENDS_ON", "ASSERTED"),
        (claim.id, fact.id, "SAME_AS", "DENIED"),
    ):
        related = claims.RelateClaims(from_claim_id=one, to_claim_id=another, type=how, state=state)
        do(desk, claims.relate_claims, related)
    shown = {"claim_id": claim.id, "source_id": source.id, "quote": "The bridge is long."}
    do(desk, evidence.add_evidence, evidence.AddEvidence(**shown, stance="SUPPORTS", note="By a reader."))
    which = {"prediction_id": made.id}
    do(desk, following.note_progress, following.NoteProgress(**which, progress="STALLED", text="No work is seen."))
    asked = {"asked_of": "The ministry", "asked": "Is it open?", "answer_by": date(2026, 12, 1)}
    do(desk, following.request_reply, following.RequestReply(**which, **asked))
    edited = {"criteria": "The ministry or the mayor says so.", "reason": "The mayor decides too."}
    do(desk, predictions.update_prediction, predictions.UpdatePrediction(**which, **edited))
    moved = {"kind": "EXTENSION", "due_on": date(2026, 6, 30), "due_precision": "QUARTER", "reason": "He said summer."}
    do(desk, predictions.move_due_date, predictions.MoveDueDate(**which, **moved))
    return made


SMALL = """\
# Does the bridge open?

No answer yet, due 2025-11-19 (LONG_OVERDUE). The last day passed 369 days ago; that does not mean no. `{uuid}`, version 1.

## What counts

The ministry says so.

- Due: 2025-11-19.
- Where the date comes from: STATED.
- It is a FORECAST, and RESOLVABLE.

## What was said

Our words: The bridge will open.

Nobody is named (UNATTRIBUTED).

> The minister said **the bridge will open in spring**. Critics doubt it.…

In “The bridge”, by Ann Author; section “Roads”; paragraph 1; then Minister of roads.

## What changed since

It is as sealed: question, criteria and due date are what was first recorded (SHA-256 `{seal}`).

## Evidence and progress

Nothing is recorded yet.

## How to resolve it

Write what you found in the place of the words in capitals. VERDICT is one of these:

- YES: It happened, in time.
- NO: It did not happen in time. If it happened late, the day says so.
- PARTIAL: Part of it happened in time.
- AMBIGUOUS: The world does not tell: reports conflict, or the facts are unclear.
- ANNULLED: The question was invalid: a false premise, a condition that failed, a duplicate.

~~~console
claimkb resolve {uuid} --expected-version 1 --verdict VERDICT --occurred-on DAY --rationale 'WHY' --supports 'ADDRESS TITLE'
~~~

Leave `--occurred-on` out where there is no such day; `--refutes`, `--context` and `--no-evidence-reason` are for what else you found. Or send this to the API:

~~~graphql
mutation Resolve($input: ResolvePredictionInput!) {{
  resolvePrediction(input: $input) {{
    prediction {{ status version }}
    outcome {{ verdict review }}
    userErrors {{ code message field }}
  }}
}}
~~~

~~~json
{{
  "input": {{
    "predictionId": "{id}",
    "expectedVersion": 1,
    "verdict": "VERDICT",
    "occurredOn": "DAY",
    "rationale": "WHY",
    "evidence": [
      {{
        "stance": "SUPPORTS",
        "source": {{
          "url": "ADDRESS",
          "title": "TITLE"
        }}
      }}
    ]
  }}
}}
~~~

## If it cannot be answered

- Leave it open: it waits, and everybody sees that it does. Silence is not “no”.
- If the facts are unclear or reports conflict, that is an answer: AMBIGUOUS.
- Ask somebody to reply before you say how it ended: `requestReply`. Note how it goes: `claimkb note {uuid} 'WHAT'`, or `noteProgress`.
- `claimkb move {uuid} --expected-version 1 --kind EXTENSION --due-on DAY --reason 'WHY'`, or `moveDueDate`: the claimant moved the date (EXTENSION), we had misread it (CORRECTION), or we choose another (EDITORIAL).

  ~~~json
  {{
    "input": {{
      "predictionId": "{id}",
      "expectedVersion": 1,
      "kind": "EXTENSION",
      "dueOn": "DAY",
      "reason": "WHY"
    }}
  }}
  ~~~
"""


def test_the_page_has_what_it_takes_and_nothing_that_is_not_there(desk: Desk) -> None:
    made = a_prediction(desk, claim=said_in(desk, a_source(desk)))
    id_ = global_id("Prediction", made.id)
    assert page_of(desk, made) == SMALL.format(uuid=made.id, id=id_, seal=made.seal)


def test_what_changed_after_it_was_sealed_is_told_with_who_when_and_why(desk: Desk, busy: Prediction) -> None:
    by = "(Edith, 2026-11-23T12:00:00Z)"
    first = "It was due 2025-11-19 first, and is scored by that unless the date was a correction."
    lines = section(page_of(desk, busy), "What changed since").splitlines()
    assert lines[0].startswith(f"It is not as sealed (SHA-256 `{busy.seal}`): question, criteria or due date are not")
    assert lines[0].endswith(first)
    changed = "The criteria was “The ministry says so.” and became “The ministry or the mayor says so.”: The mayor decides too."
    assert lines[2:4] == [
        f"- EXTENSION: due 2026-04-01 to 2026-06-30 instead of 2025-11-19: He said summer. {by}",
        f"- {changed} {by}",
    ]
    assert lines[4].startswith("- It lost its footing: Is it blue? Answered NO.")


def test_dates_likelihood_and_speaker_are_given_as_far_as_they_are_known(desk: Desk, busy: Prediction) -> None:
    page = page_of(desk, busy)
    assert "- Due: 2026-04-01 to 2026-06-30 (QUARTER).\n" in page
    assert "- How likely they said it is: “will” 0.9\n" in page
    said = section(page, "What was said")
    assert "Said by The minister (REPORTED), 2025-03-01. Note: On a walk.\n" in said
    assert "In “The bridge”, The Times, by Ann Author, 2025-03, <https://example.org/bridge>; section" in said


def test_evidence_progress_and_replies_are_listed(desk: Desk, busy: Prediction) -> None:
    page = page_of(desk, busy)
    source = "“The bridge”, The Times, by Ann Author, 2025-03, <https://example.org/bridge>"
    assert section(page, "Evidence and progress").splitlines() == [
        f"- SUPPORTS: {source}. It says: “The bridge is long.” Note: By a reader.",
        "- 2026-11-23, STALLED: No work is seen. (Edith)",
    ]
    asked = "- The ministry, asked 2026-11-23 for a reply by 2026-12-01: “Is it open?” WAITING."
    assert section(page, "Replies asked for") == asked
    assert "No outcome stands before The ministry replied (`recordReply`)" in section(page, "How to resolve it")


def test_related_claims_come_with_what_they_came_to_and_the_other_predictions_once(desk: Desk, busy: Prediction) -> None:
    page = page_of(desk, busy)
    (other,) = re.findall(r"- It depends on: (Is it blue\? Answered NO\. Nobody is named\. `[0-9a-f-]{36}`)\n", page)
    reviewed_as = "The bridge has no road. Nobody is named. Reviewed: FALSE. It is shut."
    denied = "(denied: somebody looked, and it is not so)"
    assert section(page, "Related").splitlines()[1:] == [
        f"- This claim SAME_AS that one {denied}: {reviewed_as}",
        f"- Another claim CONTRADICTS this one: {reviewed_as}",
    ]
    assert section(page, "Other predictions from the same source") == f"- {other}"
    line = "Of 1 dated prediction now due, 0 YES, 0 NO, 0 PARTIAL, 0 unclear; and 1 past due and unchecked."
    assert section(page, "Track record of The minister") == line


def test_a_period_says_how_its_series_turned_out(desk: Desk) -> None:
    with desk.database.read() as session:
        first, *_ = series.of_claim(session, a_series(desk).claim_id)
    assert "- One of a series: Of 4 periods 1 past due and unchecked; 3 not yet due.\n" in page_of(desk, first)


def test_a_source_lists_its_predictions_each_once(desk: Desk, client: TestClient) -> None:
    source = a_source(desk)
    claim = said_in(desk, source)
    made = a_prediction(desk, claim=claim)
    do(desk, claims.add_appearance, claims.AddAppearance(claim_id=claim.id, source_id=source.id, section="The end"))
    a_prediction(desk)
    query = "query($id: ID!) { source(id: $id) { predictions { totalCount nodes { uuid } } } }"
    answer = client.post("/graphql", json={"query": query, "variables": {"id": str(source.id)}}).json()
    assert answer["data"]["source"]["predictions"] == {"totalCount": 1, "nodes": [{"uuid": str(made.id)}]}


def test_the_command_and_the_mutation_are_refused_until_the_words_in_capitals_are_replaced(desk: Desk, client: TestClient) -> None:
    made = a_prediction(desk)
    page, before = page_of(desk, made), everything(desk)
    document, variables, _ = re.findall(r"~~~(?:graphql|json)\n(.*?)~~~", page, re.DOTALL)
    sent = {"query": document, "variables": json.loads(variables)}
    assert "data" not in client.post("/graphql", json=sent).json()
    assert everything(desk) == before
    written = {"VERDICT": "YES", '"DAY"': '"2025-11-18"', "ADDRESS": "https://example.org/", "WHY": "It is open."}
    for word, meant in written.items():
        variables = variables.replace(word, meant)
    answer = client.post("/graphql", json={"query": document, "variables": json.loads(variables)}).json()
    assert answer["data"]["resolvePrediction"]["prediction"] == {"status": "RESOLVED", "version": 2}


def test_every_verdict_is_offered(sqlite_desk: Desk) -> None:
    offered = re.findall(r"^- ([A-Z]+): ", section(page_of(sqlite_desk, a_prediction(sqlite_desk)), "How to resolve it"), re.M)
    assert offered == list(Verdict)


def test_before_the_due_date_the_reason_is_asked_for(sqlite_desk: Desk) -> None:
    page = page_of(sqlite_desk, a_prediction(sqlite_desk, date(2026, 12, 1)))
    assert "No answer yet, due 2026-12-01 (UPCOMING). `" in page
    said = section(page, "How to resolve it")
    assert "--early-reason 'WHY ALREADY'" in said
    assert '"earlyReason": "WHY ALREADY"' in said


def test_what_has_no_due_date_can_be_snoozed(sqlite_desk: Desk) -> None:
    page = page_of(sqlite_desk, a_prediction(sqlite_desk, None))
    assert "- Due: no due date. To be looked at again after 2027-05-22.\n" in page
    assert "--until DAY --reason 'WHY'`, or `snoozePrediction`: look at it again later.\n" in section(
        page, "If it cannot be answered"
    )


def test_an_answer_that_waits_is_to_be_confirmed_or_rejected(sqlite_desk: Desk) -> None:
    strict = replace(sqlite_desk, policy=Policy(two_person_rule=True))
    made = a_prediction(strict)
    proposed = resolved(strict, made)
    page = page_of(strict, made)
    assert section(page, "Answers so far").startswith(
        "### PROPOSED\n\nYES. It is open.\n\n- Said by Edith at 2026-11-23T12:00:00Z.\n"
    )
    said = section(page, "What to do now")
    confirm = f"- `claimkb confirm {made.id}`, or `confirmOutcome`: you agree.\n"
    assert said.startswith(f"An answer waits for another person than Edith.\n\n{confirm}")
    assert f"- `claimkb reject {made.id} --reason 'WHY'`, or `rejectOutcome`: you do not agree" in said
    assert said.count(f'"outcomeId": "{global_id("Outcome", proposed.id)}",\n      "expectedVersion": 1') == 2
    assert "How to resolve it" not in page


def test_an_answer_that_was_given_up_stays_on_the_page(sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    resolved(sqlite_desk, made)
    assert section(page_of(sqlite_desk, made), "What to do now").startswith(
        "It is answered. Where that was wrong:\n\n- `claimkb reopen "
    )
    reopened = outcomes.ReopenPrediction(prediction_id=made.id, reason="It was shut again.")
    do(sqlite_desk, outcomes.reopen_prediction, reopened)
    answers = section(page_of(sqlite_desk, made), "Answers so far")
    assert answers.startswith("### SUPERSEDED\n\nYES. It is open.\n")
    assert "- Why it was superseded: It was shut again.\n- Why there is no evidence: We stood on it." in answers


def test_what_is_not_tracked_any_more_can_be_restored(sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    withdrawn = predictions.WithdrawPrediction(prediction_id=made.id, reason="A duplicate.")
    do(sqlite_desk, predictions.withdraw_prediction, withdrawn)
    page = page_of(sqlite_desk, made)
    assert page.splitlines()[2].startswith("Withdrawn. `")
    restore = f"- `claimkb track-again {made.id} --expected-version 2 --reason 'WHY'`, or `restorePrediction`: "
    assert section(page, "What to do now").startswith(f"It is not tracked any more. To track it again:\n\n{restore}")


def test_who_may_only_read_is_told_of_no_verb(sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    page = pack.page(pack.fetch(sqlite_desk, Actor("Rhea", Role.READER), made.id))
    assert sections(page) == ["What counts", "What was said", "What changed since", "Evidence and progress"]


def test_there_is_no_page_of_what_is_not_there(sqlite_desk: Desk) -> None:
    with pytest.raises(NotFound, match="There is no Prediction with the id "):
        pack.fetch(sqlite_desk, LOCAL_EDITOR, a_claim(sqlite_desk).id)


@pytest.mark.parametrize(
    ("precision", "written"),
    [("DAY", "2025-02-03"), ("MONTH", "2025-02"), ("QUARTER", "2025-Q1"), ("SEASON", "2024-winter"), ("YEAR", "2025")],
)
def test_a_date_is_written_as_far_as_it_is_known(precision: str, written: str) -> None:
    assert pack.dated("2025-02-03", precision) == written


NASTY = "1. *a* _b_ `c` | [d](e) <script> &amp; ~~f~~ \\\\ # g\n\n- h\n> i\x1b[2J\u2028***"


def shown(text: str) -> list[str]:
    """Read a page back with a parser of Markdown: the text of each of its blocks."""
    parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    inline = [token for token in parser.parse(text) if token.type == "inline"]
    for token in inline:
        assert {each.type for each in token.children or []} <= {"text", "text_special", "strong_open", "strong_close"}, text
    return ["".join(each.content for each in token.children or []) for token in inline]


@example(NASTY)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1).filter(lambda text: text.strip()))
def test_what_others_wrote_is_shown_as_it_is_and_is_no_markdown(text: str) -> None:
    for begin in ("", "- ", "> ", "# ", "a: "):
        (said,) = shown(f"{begin}{markdown.written(text)}\n") or [""]
        assert said.removeprefix("a: ") == markdown.one_line(text).strip()


WORDS = st.text(st.sampled_from('ab  *_`|\\"“”.€\n#[]<&;~>-1'), max_size=8)


@example("", " >", "1")
@example(" ", " \n#", "")
@given(WORDS, WORDS.filter(lambda text: text.strip()), WORDS)
def test_a_quote_is_bold_in_its_context_whatever_is_in_it(prefix: str, exact: str, suffix: str) -> None:
    given_quote = {"prefix": prefix, "exact": exact, "suffix": suffix, "start": len(prefix)}
    line = markdown.quoted(given_quote)
    (said,) = shown(f"> {line}\n")
    whole = "".join(map(markdown.one_line, (prefix.lstrip(), exact, suffix.rstrip())))
    assert said.removesuffix("…") == whole.strip()
    if any(letter.isalnum() for letter in exact):
        (block,) = (each for each in MarkdownIt("commonmark").parse(f"> {line}\n") if each.type == "inline")
        kinds = [each.type for each in block.children or []]
        bold = (block.children or [])[kinds.index("strong_open") + 1 : kinds.index("strong_close")]
        assert re.findall("[ab1]", "".join(each.content for each in bold)) == re.findall("[ab1]", exact)


def test_data_that_looks_like_markdown_does_not_change_the_page(sqlite_desk: Desk) -> None:
    claim = a_claim(sqlite_desk, statement=NASTY, note=NASTY)
    plain = a_prediction(sqlite_desk)
    nasty = a_prediction(sqlite_desk, claim=claim, question=NASTY, criteria=NASTY, due_text=NASTY, due_reasoning=NASTY)
    kinds = [
        [token.type for token in MarkdownIt().parse(page_of(sqlite_desk, each)) if token.level == 0] for each in (plain, nasty)
    ]
    assert kinds[0] == kinds[1]


def test_the_question_costs_less_than_half_of_what_a_request_may(sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        answer = client.post("/graphql", json={"query": pack.DOCUMENT, "variables": {"id": str(made.id)}}).json()
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 4195
    assert Limits().max_cost == 10_000


def test_a_link_leads_a_browser_to_the_question_and_a_program_to_the_answer(desk: Desk, client: TestClient) -> None:
    made = a_prediction(desk)
    answer = client.get(f"/predictions/{made.id}")
    assert (answer.status_code, len(answer.content)) == (303, 0)
    address = answer.headers["location"]
    assert len(address) < 3000, "many a proxy lets no header pass that is longer than 4 KB"
    asked = parse_qs(urlsplit(address).query)
    assert (urlsplit(address).path, sorted(asked)) == ("/graphql", ["query", "variables"])
    assert asked["query"] == [strip_ignored_characters(pack.DOCUMENT)]
    assert json.loads(asked["variables"][0]) == {"id": str(made.id)}
    assert client.get(address, headers={"accept": "application/json"}).json()["data"] == pack.fetch(desk, LOCAL_EDITOR, made.id)
    assert "<pre" in client.get(address, headers={"accept": "text/html"}).text


@pytest.mark.parametrize("name", [NOBODY, "nonsense", "1", "%00", f"{WASHINGTON}0"])
def test_a_link_to_nothing_is_404_on_a_page(client: TestClient, name: str) -> None:
    answer = client.get(f"/predictions/{name}")
    assert answer.status_code == 404
    assert '<p role="alert">There is no prediction at this address.</p>' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert client.post(f"/predictions/{NOBODY}").status_code == 405


def test_who_is_not_let_in_does_not_learn_which_predictions_there_are(desk: Desk, client: TestClient) -> None:
    made = a_prediction(desk)
    secret = a_token(desk, an_account(desk)).secret.get_secret_value()
    for known in (str(made.id), NOBODY):
        answer = client.get(f"/predictions/{known}")
        assert (answer.status_code, answer.headers["location"][:15]) == (303, "/graphql?query=")
        assert client.get(answer.headers["location"], headers={"accept": "application/json"}).status_code == 401
    known_to = {"authorization": f"Bearer {secret}"}
    statuses = [client.get(f"/predictions/{known}", headers=known_to).status_code for known in (made.id, NOBODY)]
    assert statuses == [303, 404]


KEPT = "() => (localStorage.getItem('graphiql:tabState') ?? '').includes('query Pack')"


@pytest.mark.program
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
@pytest.mark.long
def test_a_link_opens_its_question_in_the_browser_and_runs_nothing(executable: Path, tmp_path: Path) -> None:
    editor = "names => names.map(name => document.querySelectorAll('.graphiql-editors .CodeMirror')[name].CodeMirror.getValue())"
    with serving(executable, tmp_path, "--seed") as (address, _), browsing(address) as (page, elsewhere, complaints):
        others = tabs(page)
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.post_data or "") if request.method == "POST" else None)
        page.goto(f"{address}/predictions/{WASHINGTON}")
        assert tabs(page) == ["Pack", *others]
        query, variables = page.evaluate(editor, [0, 1])
        assert strip_ignored_characters(query) == strip_ignored_characters(pack.DOCUMENT)
        assert query.startswith("query Pack($id: ID!) {\n  prediction(id: $id) {\n")
        assert json.loads(variables) == {"id": WASHINGTON}
        page.wait_for_load_state("networkidle")
        assert [each for each in asked if "Pack" in each] == []
        execute(page, "Does Mohammed bin Salman visit Washington")
        page.goto(f"{address}/predictions/{WASHINGTON}")
        assert tabs(page) == ["Pack", *others]
        page.wait_for_function(KEPT)  # half a second later
        page.goto(f"{address}/graphql?query=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&variables=%7Bno")
        assert tabs(page) == ["<untitled>", "Pack", *others]
        assert page.evaluate(editor, [0, 1]) == ["<img src=x onerror=alert(1)>", "{no"]
        page.wait_for_load_state("networkidle")
        page.goto(f"{address}/graphql?query=mutation%20Flag%7BflagPredictions(input%3A%7B%7D)%7BuserErrors%7Bcode%7D%7D%7D")
        assert tabs(page) == ["Flag", "<untitled>", "Pack", *others]
        mutation, variables = page.evaluate(editor, [0, 1])
        assert mutation == "mutation Flag {\n  flagPredictions(input: {}) {\n    userErrors {\n      code\n    }\n  }\n}"
        assert variables == ""
        page.wait_for_load_state("networkidle")
        assert [each for each in asked if "Flag" in each] == []
        execute(page, '"userErrors": []')
        page.wait_for_function(KEPT)
        page.goto(f"{address}/feeds/")
        page.get_by_role("link", name="make a key").click()
        assert tabs(page)[:2] == ["<untitled>", "Flag"]
        assert page.evaluate(editor, [0])[0].startswith("mutation {\n  createFeedKey(")
        page.wait_for_load_state("networkidle")
        assert [each for each in asked if "createFeedKey" in each] == []
        assert (elsewhere, complaints) == ([], [])


def test_a_bound_an_answer_day_and_a_number_are_on_the_page(desk: Desk) -> None:
    target = {"comparator": "BETWEEN", "value": "3", "upper": "5", "unit": "%"}
    made = a_prediction(desk, date(2025, 9, 30), due_precision="QUARTER", bound="WITHIN", answer_from="2027-01-15", target=target)
    counts = section(page_of(desk, made), "What counts")
    assert "- Due: 2025-07-01 to 2025-09-30 (QUARTER). WITHIN: It happens on a day from the first to the last" in counts
    assert "The answer can be known from 2027-01-15 on; it is overdue after that day." in counts
    assert "- The number: between 3 and 5 %." in counts
    ways = section(page_of(desk, made), "How to resolve it")
    assert "Before 2027-01-15 the answer wants the reason why it is known already." in ways
    assert "--occurred-on DAY --measured NUMBER --early-reason 'WHY ALREADY' --rationale" in ways
    assert '"measured": "NUMBER",' in ways


def test_what_was_measured_and_how_early_it_happened_is_told(desk: Desk) -> None:
    target = {"comparator": "AT_LEAST", "value": "5", "unit": "%"}
    made = a_prediction(desk, date(2025, 9, 30), due_precision="QUARTER", bound="WITHIN", target=target)
    resolved(desk, made, verdict="NO", measured="4.1", occurred_on="2025-06-30")
    assert "NO, measured 4.1 % (\\-0.9 from what was predicted), happened 2025-06-30 (1 day early)." in page_of(desk, made)


def test_before_the_day_only_no_can_be_said_of_what_is_not_to_happen_before(desk: Desk) -> None:
    made = a_prediction(desk, date(2027, 9, 30), bound="NOT_BEFORE")
    assert "The due date has not passed: the verdict is NO or ANNULLED, and wants the reason" in page_of(desk, made)


def test_another_bound_and_another_target_are_told(desk: Desk) -> None:
    target = {"comparator": "AT_LEAST", "value": "5", "unit": "%"}
    made = a_prediction(desk, target=target)
    moved = predictions.MoveDueDate(
        prediction_id=made.id, kind="CORRECTION", due_on=date(2025, 11, 19), bound="NOT_BEFORE", reason="Misread."
    )
    do(desk, predictions.move_due_date, moved)
    changed = predictions.UpdatePrediction(prediction_id=made.id, target={**target, "value": 6}, reason="Misread.")
    do(desk, predictions.update_prediction, changed)
    told = section(page_of(desk, made), "What changed since")
    assert "(NOT_BEFORE instead of BY): Misread." in told
    assert "- The target value was “5” and became “6”: Misread." in told


def test_a_quote_that_changed_is_shown_with_both_wordings(desk: Desk) -> None:
    source = a_source(desk)
    place = {"source_id": source.id, "page": 2, "at": 0, "entry": "12.40", "quote": {"exact": "Critics doubt it"}}
    place["translation"] = {"text": "Kritiker bezweifeln es.", "language": "de", "by": "Ada"}
    prediction = a_prediction(desk, claim=a_claim(desk, appearance=place))
    order = {"source_id": source.id, "snapshot": {"text": TEXT.replace("doubt it", "still doubt it")}}
    do(desk, sources.add_snapshot, sources.AddSnapshot.model_validate(order))
    said = section(page_of(desk, prediction), "What was said")
    assert "says otherwise, and nobody has decided yet: Critics still doubt it" in said
    assert "In de, translated by Ada: Kritiker bezweifeln es." in said
    assert "; page 2; at 0 seconds; entry “12.40”." in said
    with desk.database.read() as session:
        (proposal,) = session.scalars(appearances.to_decide(appearances.AnchorFilter()))
    do(desk, reanchoring.accept_anchor, reanchoring.AcceptAnchor(anchor_id=proposal.id))
    assert "Before, the source said: Critics doubt it" in section(page_of(desk, prediction), "What was said")
