"""What is found of a text is recorded, what a person sends wins, and the same address again is another snapshot."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claimkb.actions import capturing, claims, sources
from claimkb.actions.capturing import Captured, CaptureSource, captured_of
from claimkb.actions.work import Desk
from claimkb.domain import Snapshot, Source
from claimkb.domain.account import Actor
from claimkb.domain.anchoring import AnchorStatus
from claimkb.domain.capturing import Extract, FetchingOff, NothingToCapture
from claimkb.domain.dates import DatePrecision
from claimkb.domain.permissions import Permission, Role
from claimkb.domain.refusals import Forbidden, Retracted
from claimkb.domain.source import fingerprint
from tests.builders import EDITOR, TEXT, TODAY, a_claim, a_source, do, everything, refused

URL = "https://harbour-post.example/market"
FOUND = Extract(
    TEXT,
    title="Mayor opens the fish market",
    byline="Ann Author",
    publisher="The Harbour Post",
    language="en",
    url=URL,
    published_on=date(2026, 11, 6),
    published_on_precision=DatePrecision.DAY,
    published_on_note="Found in the address: 2026-11-06",
)


def capture(desk: Desk, extract: Extract | None = FOUND, actor: Actor = EDITOR, **given: Any) -> tuple[Source, Captured]:
    command = CaptureSource(**({"url": URL} if extract else {}) | given)
    source = do(desk, capturing.capture_source, command.found(extract) if extract else command, actor)
    done = captured_of(source)
    assert done is not None
    return source, done


def text_of(desk: Desk, done: Captured) -> str | None:
    with desk.database.read() as session:
        return session.get_one(Snapshot, done.snapshot.id).text


def test_what_is_found_is_recorded_with_its_text(desk: Desk) -> None:
    source, done = capture(desk)
    assert (source.title, source.byline, source.publisher, source.language) == (
        "Mayor opens the fish market",
        "Ann Author",
        "The Harbour Post",
        "en",
    )
    assert (source.url, source.published_on, source.published_on_note) == (
        URL,
        date(2026, 11, 6),
        "Found in the address: 2026-11-06",
    )
    assert (text_of(desk, done), done.snapshot.sha256) == (TEXT, fingerprint(TEXT))
    assert (done.is_new, done.same_text, done.warnings) == (True, [], [])


def test_what_a_person_sends_wins(desk: Desk) -> None:
    given: dict[str, Any] = {"title": "T", "byline": "B", "publisher": "P", "language": "fr", "kind": "REPORT"}
    source, _ = capture(
        desk, published_on="2026-10-01", published_on_precision="MONTH", published_on_note="Said by phone.", **given
    )
    assert {name: str(getattr(source, name)) for name in given} == given
    assert (source.published_on, source.published_on_precision) == (date(2026, 10, 1), "MONTH")
    assert source.published_on_note == "Said by phone."


def test_pasted_words_are_kept_as_they_are_and_what_is_missing_is_told(desk: Desk) -> None:
    source, done = capture(desk, None, text=" \n  A\u0301 bridge\u200f \r\n opens. ")
    assert (source.title, source.url, source.published_on) == ("A\u0301 bridge\u200f", None, None)
    assert text_of(desk, done) == " \n  A\u0301 bridge\u200f \n opens. "
    assert done.warnings == [capturing.OWN_TITLE, capturing.NO_LANGUAGE, capturing.NO_DATE]


def test_words_beside_an_address_are_kept_under_it_and_nothing_is_fetched(sqlite_desk: Desk) -> None:
    command = CaptureSource(url=URL, text="The bridge opens.", title="T")
    assert capturing.fetch(sqlite_desk, command, lambda: False) is command
    source = do(sqlite_desk, capturing.capture_source, command)
    assert source.url == URL


def test_a_date_in_the_future_is_not_taken(desk: Desk) -> None:
    source, done = capture(desk, replace(FOUND, published_on=date(2026, 11, 25), date_warnings=("Doubtful.",)))
    assert (source.published_on, source.published_on_precision, source.published_on_note) == (None, None, None)
    assert done.warnings == [capturing.IN_THE_FUTURE.format(day="2026-11-25")]
    begun = replace(FOUND, url=None, published_on=date(2026, 11, 1), published_on_precision=DatePrecision.MONTH)
    assert capture(desk, begun, url="https://x.example/b")[0].published_on == date(2026, 11, 1)


def test_doubts_about_a_date_are_told_unless_a_person_sends_one(desk: Desk) -> None:
    doubtful = replace(FOUND, date_warnings=("Doubtful.",), warnings=("No copies.",))
    assert capture(desk, doubtful)[1].warnings == ["No copies.", "Doubtful."]
    other = replace(doubtful, url=None)
    assert capture(desk, other, url="https://x.example/b", published_on=TODAY)[1].warnings == ["No copies."]


def test_what_no_field_can_hold_is_cut_or_left_out(desk: Desk) -> None:
    odd = replace(FOUND, title="x " * 600, byline="\u202e", publisher="P" * 400, language="no language", canonical="http://")
    source, done = capture(desk, odd)
    assert (len(source.title), source.byline, len(source.publisher or ""), source.language) == (499, None, 300, None)
    assert done.warnings == [capturing.NO_LANGUAGE]


def test_the_same_address_again_is_another_snapshot_and_quotes_move_to_it(desk: Desk) -> None:
    source, first = capture(desk)
    place = {"source_id": source.id, "quote": {"exact": "Critics doubt it"}}
    quote = do(desk, claims.add_appearance, claims.AddAppearance(claim_id=a_claim(desk).id, **place))
    again, second = capture(desk, replace(FOUND, text="First. " + TEXT), title="Another")
    assert (again.id, second.is_new, second.snapshot.id == first.snapshot.id) == (source.id, False, False)
    assert second.warnings == [capturing.KEPT.format(fields="title")]
    assert again.title == FOUND.title
    with desk.database.read() as session:
        moved = session.get_one(type(quote), quote.id)
        assert (moved.snapshot_id, moved.anchor_status) == (second.snapshot.id, AnchorStatus.EXACT)


def test_the_same_text_again_changes_nothing_and_says_so(desk: Desk) -> None:
    source, first = capture(desk)
    capture(desk, replace(FOUND, text=TEXT + " Newer."))
    before = everything(desk)
    again, second = capture(desk)
    assert (again.id, second.snapshot.id, second.warnings) == (source.id, first.snapshot.id, [capturing.CAPTURED_BEFORE])
    assert capture(desk, replace(FOUND, text=TEXT + " Newer."))[1].warnings == [capturing.UNCHANGED]
    assert everything(desk) == before


@pytest.mark.parametrize("recorded", ["http://www.harbour-post.example/market/", "https://harbour-post.example/2026/market"])
def test_a_source_is_known_by_the_address_that_was_sent_where_it_led_and_what_the_page_names(desk: Desk, recorded: str) -> None:
    known = a_source(desk, url=recorded)
    found = replace(FOUND, text="Other words.", canonical="https://harbour-post.example/2026/market")
    source, done = capture(desk, found, url="https://short.example/x")
    assert (source.id, done.is_new) == ((known.id, False) if "2026" in recorded else (source.id, True))


def test_a_new_source_has_the_address_that_the_page_names(desk: Desk) -> None:
    named = "https://harbour-post.example/2026/market"
    source, done = capture(desk, replace(FOUND, canonical=named))
    assert (source.url, done.warnings) == (named, [capturing.UNDER_ANOTHER.format(url=named)])
    assert capture(desk)[1].is_new is True  # the page names nothing this time: nobody can know


def test_the_same_text_under_another_address_is_told(desk: Desk) -> None:
    first, _ = capture(desk)
    second, done = capture(desk, replace(FOUND, url=None), url="https://x.example/copy")
    assert second.id != first.id
    assert [each.id for each in done.same_text] == [first.id]


def test_the_same_words_pasted_again_are_one_source(desk: Desk) -> None:
    first, _ = capture(desk, None, text=TEXT)
    again, done = capture(desk, None, text=TEXT, title="Other")
    assert (again.id, done.is_new) == (first.id, False)
    assert done.warnings == [capturing.KEPT.format(fields="title"), capturing.UNCHANGED]


def test_what_was_forgotten_is_filled_in_by_the_same_capture_and_what_is_there_stays(desk: Desk) -> None:
    first, _ = capture(desk, None, text=TEXT, byline="Ann Author")
    again, done = capture(desk, None, text=TEXT, byline="Other", published_on="2025-11-06", language="en")
    assert (again.id, str(again.published_on), again.published_on_precision) == (first.id, "2025-11-06", "DAY")
    assert (again.language, again.byline, again.version) == ("en", "Ann Author", 2)
    assert done.warnings == [capturing.KEPT.format(fields="byline"), capturing.UNCHANGED]
    _, third = capture(desk, None, text=TEXT, published_on="2025-11-07")
    assert third.warnings == [capturing.KEPT.format(fields="publishedOn"), capturing.UNCHANGED]


def test_a_retracted_source_gets_no_snapshot(desk: Desk) -> None:
    source, _ = capture(desk)
    do(desk, sources.retract_source, sources.RetractSource(source_id=source.id, reason="r"))
    before = everything(desk)
    with pytest.raises(Retracted):
        capture(desk, replace(FOUND, text="Other words."))
    assert everything(desk) == before


def test_a_reader_captures_nothing_and_another_snapshot_takes_the_permission_to_update(desk: Desk) -> None:
    refused(desk, Forbidden, capturing.capture_source, CaptureSource(text=TEXT), Actor("Rea", Role.READER))
    only_records = Actor("Rita", Role.REPORTER, within=frozenset({Permission.RECORD}))
    capture(desk, actor=only_records)
    newer = CaptureSource(url=URL).found(replace(FOUND, text="Other words."))
    refused(desk, Forbidden, capturing.capture_source, newer, only_records)


def test_a_command_without_anything_is_refused(sqlite_desk: Desk) -> None:
    found = refused(sqlite_desk, NothingToCapture, capturing.capture_source, CaptureSource())
    assert found.field == ("url",)
    assert refused(sqlite_desk, NothingToCapture, capturing.capture_source, CaptureSource(text=" \n ")).field == ("text",)


def test_a_desk_that_is_told_no_way_to_fetch_fetches_nothing(sqlite_desk: Desk) -> None:
    with pytest.raises(FetchingOff) as off:
        capturing.fetch(sqlite_desk, CaptureSource(url=URL), lambda: False)
    assert off.value.field == ("url",)
