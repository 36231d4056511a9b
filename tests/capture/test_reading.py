"""What is found in pages, PDFs and texts; and what holds no text is refused."""

import json
from datetime import date
from typing import Any

import pytest

from claimkb.capture.characters import GUESSED
from claimkb.capture.fetching import HTML, PDF, PLAIN, Page
from claimkb.capture.pages import NO_ARCHIVE, is_same_site
from claimkb.capture.pdfs import MADE_ON
from claimkb.capture.reading import kind_of, read
from claimkb.domain.capturing import (
    LoginPage,
    NotReadable,
    PageWithoutText,
    Paywalled,
    PdfBroken,
    PdfLocked,
    PdfWithoutText,
    TextTooLong,
)
from claimkb.domain.dates import DatePrecision
from claimkb.domain.refusals import Refusal
from claimkb.domain.source import fingerprint
from tests.capture.sites import BODY, SENTENCES, article, pdf

URL = "https://www.harbour-post.example/market"
TEXT = "\n".join((sentence * 2).strip() for sentence in SENTENCES)


def html(content: str | bytes, url: str | None = URL, charset: str | None = None, **more: Any) -> Page:
    return Page(content.encode() if isinstance(content, str) else content, HTML, charset, url, **more)


def linked(**told: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **told})}</script>'


def refused(kind: type[Refusal], page: Page) -> str:
    with pytest.raises(kind) as caught:
        read(page)
    return str(caught.value)


def test_an_article_is_found_without_the_furniture_of_its_page() -> None:
    head = '<meta name="author" content="Ann Author"><meta property="og:site_name" content="The Harbour Post">'
    found = read(html(article(head + '<link rel="canonical" href="/2026/11/06/market">')))
    assert found.text == TEXT
    assert (found.title, found.byline, found.publisher) == ("Mayor opens the fish market", "Ann Author", "The Harbour Post")
    assert (found.language, found.url, found.canonical) == ("en", URL, "https://www.harbour-post.example/2026/11/06/market")


def test_the_same_page_gives_the_same_text_each_time() -> None:
    page = html(article(body=BODY * 3 + BODY))
    assert len({fingerprint(read(page).text) for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("head", "day", "precision", "where"),
    [
        (linked(datePublished="2026-11-06T23:30:00-05:00"), date(2026, 11, 6), "DAY", "JSON-LD (datePublished)"),
        (
            '<meta property="article:published_time" content="2026-11-06T08:00:00Z">',
            date(2026, 11, 6),
            "DAY",
            "a meta element (article:published_time)",
        ),
        ('<meta name="DC.date.issued" content="2026-11">', date(2026, 11, 1), "MONTH", "a meta element (dc.date.issued)"),
        ('<meta name="date" content="2026">', date(2026, 1, 1), "YEAR", "a meta element (date)"),
        ('<meta name="pubdate" content="Fri, 06 Nov 2026 10:00:00 GMT">', date(2026, 11, 6), "DAY", "a meta element (pubdate)"),
        ('<meta name="pubdate" content="20261106">', date(2026, 11, 6), "DAY", "a meta element (pubdate)"),
        ('<meta name="pubdate" content="6.11.2026">', date(2026, 11, 6), "DAY", "a meta element (pubdate)"),
    ],
)
def test_a_date_is_taken_from_where_a_page_says_it(head: str, day: date, precision: str, where: str) -> None:
    found = read(html(article(head)))
    assert (found.published_on, found.published_on_precision) == (day, DatePrecision[precision])
    assert (found.published_on_note or "").startswith(f"Found in {where}: ")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ('<time datetime="2026-11-06T10:00">today</time>', "the first time element of the article"),
        ('<time pubdate datetime="2026-11-06">x</time>', "a time element (pubdate)"),
        ('<span itemprop="datePublished" content="2026-11-06">x</span>', "an element (itemprop datePublished)"),
    ],
)
def test_a_date_is_taken_from_an_element(body: str, where: str) -> None:
    found = read(html(article(body=body + BODY)))
    assert (found.published_on, (found.published_on_note or "").partition(": ")[0]) == (date(2026, 11, 6), f"Found in {where}")


@pytest.mark.parametrize(
    ("url", "day", "precision"),
    [
        ("https://x.example/2026/11/06/market", date(2026, 11, 6), DatePrecision.DAY),
        ("https://x.example/news/2026-11-06/market", date(2026, 11, 6), DatePrecision.DAY),
        ("https://x.example/2026/11/market", date(2026, 11, 1), DatePrecision.MONTH),
        ("https://x.example/2026/13/market", None, None),
        ("https://x.example/20261106", None, None),
    ],
)
def test_a_date_is_taken_from_the_address(url: str, day: date | None, precision: DatePrecision | None) -> None:
    found = read(html(article(), url))
    assert (found.published_on, found.published_on_precision) == (day, precision)


@pytest.mark.parametrize("raw", ["11/06/2026", "1970-01-01T00:00:00Z", "0001-01-01", "2026-02-30", "yesterday", "{{date}}", ""])
def test_what_can_mean_two_days_or_none_is_no_date(raw: str) -> None:
    assert read(html(article(f'<meta name="date" content="{raw}"><p>Published on 6 November 2026.</p>'))).published_on is None


def test_the_surest_date_is_taken_and_another_one_is_told() -> None:
    head = linked(datePublished="2026-11-06") + '<meta name="date" content="2026-11-09">'
    found = read(html(article(head)))
    assert found.published_on == date(2026, 11, 6)
    assert found.date_warnings == (
        "It says several dates of publication: 2026-11-06 was taken, from JSON-LD (datePublished); "
        "2026-11-09 stands in a meta element (date).",
    )
    assert read(html(article(head.replace("11-09", "11-07")))).date_warnings == ()


def test_what_json_ld_says_of_other_pages_is_not_taken() -> None:
    other = linked(**{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "2020-01-01"}]})
    assert read(html(article(other + "<script type='application/ld+json'>" + "[" * 100_000 + "</script>"))).published_on is None


@pytest.mark.parametrize(
    ("link", "taken"),
    [
        ("https://harbour-post.example/a", True),
        ("https://m.harbour-post.example/a", True),
        ("https://elsewhere.example/a", False),
        ("https://www.harbour-post.example/", False),
        ("javascript:alert(1)", False),
        ("http://[", False),
    ],
)
def test_the_own_address_of_a_page_is_one_of_its_site_and_not_its_first_page(link: str, taken: bool) -> None:
    found = read(html(article(f'<link rel="canonical" href="{link}">')))
    assert found.canonical == (link if taken else None)


def test_sites_are_the_same_by_their_names() -> None:
    assert is_same_site("https://www.post.example/a", "http://amp.post.example:8080/b")
    assert is_same_site("https://politics.post.example/a", "https://post.example/b")
    assert not is_same_site("https://post.co.example", "https://rost.co.example")
    assert not is_same_site("https://news.example", "https://example")
    assert not is_same_site("https://evilpost.example", "https://post.example")


def test_marks_of_direction_and_joiners_are_kept_and_the_letters_that_stand_for_them_meanwhile() -> None:
    words = "\u200fمی\u200cخواهم \u202bx\u202c \U00010600 &zwnj; &rlm; " + SENTENCES[0] * 3
    found = read(html(article(body=f"<p>{words}</p>", language="fa")))
    assert found.text.startswith("\u200fمی\u200cخواهم \u202bx\u202c \U00010600 \u200c \u200f Mayor")


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (SENTENCES[0] + "Müller café", None),
        ((SENTENCES[0] + "Müller café").encode("cp1252"), "utf-8"),
        ((SENTENCES[0] + "Müller café").encode("utf-8"), "iso-8859-1"),
        ((SENTENCES[0] + "Müller café").encode("cp1252"), "iso-8859-1"),
        ((SENTENCES[0] + "Müller café").encode("cp1252"), "no-such-charset"),
        ((SENTENCES[0] + "Müller café").encode("utf-16"), "utf-8"),
        ((SENTENCES[0] + "Müller café").encode("utf-16-le"), "utf-16le"),
    ],
)
def test_letters_are_read_right_whatever_is_declared(content: str | bytes, declared: str | None) -> None:
    raw = content.encode() if isinstance(content, str) else content
    assert read(Page(raw, PLAIN, declared)).text == SENTENCES[0] + "Müller café"


def test_a_page_declares_its_charset_in_itself() -> None:
    page = article('<meta charset="windows-1251">', "<p>Министр сказал, что мост откроется весной следующего года.</p>" * 3)
    assert "Министр сказал, что мост откроется весной" in read(html(page.encode("cp1251"))).text


def test_a_page_of_xhtml_with_its_declaration_is_read() -> None:
    assert read(html('<?xml version="1.0" encoding="utf-8"?>' + article())).text == TEXT


@pytest.mark.parametrize(
    "binary", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(256)) * 20, b"\x7fELF\x02\x01\x01" + b"\x01" * 50]
)
def test_what_is_no_text_is_refused(binary: bytes) -> None:
    refused(NotReadable, Page(binary, PLAIN))


def test_a_text_is_kept_as_it_is_but_for_its_line_ends() -> None:
    assert read(Page("A\u0301 b\u202e \r\n\r\tc\r".encode(), PLAIN)).text == "A\u0301 b\u202e \n\n\tc\n"
    refused(PageWithoutText, Page(b" \r\n ", PLAIN))
    assert "1,000,001 characters" in refused(TextTooLong, Page(b"x" * 1_000_001, PLAIN))


def test_a_page_without_text_and_one_that_wants_a_script_are_refused() -> None:
    refused(PageWithoutText, html("<html><body><div id=app></div><script>run()</script></body></html>"))
    refused(PageWithoutText, html(article(body="<p>You need JavaScript to run this.</p>")))
    refused(PageWithoutText, html(b""))
    refused(PageWithoutText, html("<div>" * 5_000 + BODY))


def test_a_date_that_no_database_can_hold_is_told_as_it_can_be_seen() -> None:
    head = '<script type="application/ld+json">{"@type": "Article", "datePublished": "2025-11-07 \\u0000\\ud800\\u202e"}</script>'
    found = read(html(article(head)))
    assert found.published_on == date(2025, 11, 7)
    assert found.published_on_note == "Found in JSON-LD (datePublished): 2025-11-07 \\x00?\\u202e"


def test_a_page_to_sign_in_is_known_however_its_field_is_written() -> None:
    form = "<form><p>Please sign in to go on, or subscribe to The Harbour Post for a year.</p><input type='PassWord'></form>"
    refused(LoginPage, html(article(body=form)))


def test_a_page_to_sign_in_is_refused_and_an_article_with_a_field_for_a_password_is_not() -> None:
    form = "<form><p>Please sign in to go on, or subscribe to The Harbour Post for a year.</p><input type='password'></form>"
    refused(LoginPage, html(article(body=form)))
    assert TEXT in read(html(article(body=f"<header>{form}</header>" + BODY * 4))).text


@pytest.mark.parametrize("told", [False, "False", "false"])
def test_a_page_that_is_not_free_to_read_is_refused(told: object) -> None:
    refused(Paywalled, html(article(linked(isAccessibleForFree=told))))


def test_a_site_that_wants_no_copies_is_told_of_and_not_refused() -> None:
    assert read(html(article('<meta name="robots" content="index, NOARCHIVE">'))).warnings == (NO_ARCHIVE,)
    assert read(html(article(), robots="noarchive")).warnings == (NO_ARCHIVE,)
    assert read(html(article('<meta name="robots" content="noindex">'))).warnings == ()


def test_a_pdf_is_read_page_by_page() -> None:
    content = pdf(
        "The bridge opens.", "It is long.", Title="Microsoft Word - bridges.docx", Author="Ann", CreationDate="D:20261106120000Z"
    )
    found = read(Page(content, HTML, url="https://x.example/report.pdf"))
    assert found.text == "The bridge opens.\n\fIt is long."
    assert (found.title, found.byline, found.published_on) == ("bridges", "Ann", date(2026, 11, 6))
    assert found.published_on_note == "Found in the PDF's metadata (CreationDate): 2026-11-06T12:00:00+00:00"
    assert found.date_warnings == (MADE_ON,)


def test_a_pdf_from_before_all_days_that_are_known_has_no_date() -> None:
    assert read(Page(pdf("It is long.", CreationDate="D:00010101000000-23'59'"))).published_on is None


def test_the_date_in_the_address_of_a_pdf_is_surer_than_that_on_which_it_was_made() -> None:
    content = pdf("The bridge opens.", CreationDate="D:20200101")
    assert read(Page(content, url="https://x.example/2026/11/06/report.pdf")).published_on == date(2026, 11, 6)


def test_a_pdf_that_only_its_owner_may_change_is_read() -> None:
    assert read(Page(pdf("The bridge opens.", password=""))).text == "The bridge opens."


def test_a_pdf_with_a_password_without_text_or_damaged_is_refused() -> None:
    refused(PdfLocked, Page(pdf("The bridge opens.", password="secret")))
    refused(PdfWithoutText, Page(pdf("", "")))
    refused(PdfBroken, Page(b"%PDF-1.4\nno more"))
    refused(PdfBroken, Page(pdf("The bridge opens.")[:200]))


@pytest.mark.parametrize(
    ("content", "told", "kind"),
    [
        (b"%PDF-1.7", HTML, PDF),
        (b"x %PDF-1.7", None, PDF),
        (b"\xef\xbb\xbf <!DOCTYPE HTML>", None, HTML),
        (b"<!-- saved --><html>", None, HTML),
        (b"<?xml version='1.0'?><html>", None, HTML),
        (b"<!-- -->" * 500, None, PLAIN),
        (b"<html>", PLAIN, PLAIN),
        (b"a < b", None, PLAIN),
        (b"", None, PLAIN),
    ],
)
def test_a_kind_that_nobody_tells_is_known_by_the_first_bytes(content: bytes, told: str | None, kind: str) -> None:
    assert kind_of(Page(content, told)) == kind


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Министр сказал, что мост откроется весной следующего года. ", "koi8-r"),
        ("日本の首相は来年の春に橋が開通すると述べた。", "shift_jis"),
        ("Türkiye'nin başbakanı köprünün açılacağını söyledi. ", "cp1254"),
    ],
)
def test_a_charset_that_nobody_declares_is_guessed_and_that_is_told(text: str, charset: str) -> None:
    found = read(Page((text * 3).encode(charset), PLAIN))
    assert (found.text, found.warnings) == (text * 3, (GUESSED,))
