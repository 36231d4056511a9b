"""What looks the same is the same: names, addresses and words, as clients meet them; on both engines."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from claimkb.actions import accounts, channels, claimants, claims, searches, sources
from claimkb.actions.work import Desk
from claimkb.domain.access import NameTaken
from claimkb.domain.claimant import ClaimantKind
from claimkb.domain.permissions import Role
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import AlreadyRecorded, Meanwhile
from claimkb.domain.telling import ChannelNamed
from claimkb.identity import COMMAND_LINE
from tests.builders import a_channel, a_claim, a_claimant, a_prediction, a_source, an_account, do, everything, refused
from tests.graphql.conftest import Ask
from tests.graphql.test_searching import found

RECORD_CLAIMANT = """mutation($name: String!) { recordClaimant(input: {name: $name, kind: PERSON}) {
    claimant { id name } similar { name } userErrors { code field message existing { __typename id ... on Claimant { name kind } } } } }"""
RECORD_SOURCE = """mutation($url: URL!) { recordSource(input: {title: "T", url: $url}) {
    source { url } similar { url } userErrors { code field existing { ... on Source { id url } } } } }"""
RECORD_CLAIM = """mutation($statement: String!, $claimant: ID!) {
    recordClaim(input: {statement: $statement, kind: FACT, voice: REPORTED, claimantId: $claimant}) {
        claim { id } similar { score why claim { statement claimant { name } } } userErrors { code } } }"""

MUELLER = ("MÜLLER", unicodedata.normalize("NFD", "Müller"), "Mül\u00adler", "Müller\u200b", "\u2060Müller", "ＭÜLLER")


@pytest.mark.parametrize("name", [*MUELLER, "Müller\u00a0 "])
def test_a_claimant_whose_name_looks_the_same_is_there_already(desk: Desk, data: Ask, executed: Ask, name: str) -> None:
    known = a_claimant(desk, "Müller")
    before = everything(desk)
    for ask in (data, executed):
        payload = ask(RECORD_CLAIMANT, name=name)["recordClaimant"]
        (error,) = payload["userErrors"]
        there = {"__typename": "Claimant", "id": global_id("Claimant", known.id), "name": "Müller", "kind": "PERSON"}
        assert (payload["claimant"], payload["similar"], error["code"], error["field"]) == (
            None,
            [],
            "DUPLICATE",
            ["input", "name"],
        )
        assert error["existing"] == there
        assert global_id("Claimant", known.id) in error["message"]
    assert everything(desk) == before


def test_a_claimant_whose_name_looks_otherwise_is_another_one_and_told_of_those_like_it(
    desk: Desk, data: Ask, executed: Ask
) -> None:
    for name in ("Anna Müller", "Bo Muller", "Ürün"):
        a_claimant(desk, name)
    assert data(RECORD_CLAIMANT, name="Müller")["recordClaimant"]["similar"] == [{"name": "Bo Muller"}, {"name": "Anna Müller"}]
    assert executed(RECORD_CLAIMANT, name="O'Brien")["recordClaimant"] == {
        "claimant": data('{ claimants(filter: {text: "O’BRIEN"}) { nodes { id name } } }')["claimants"]["nodes"][0],
        "similar": [],
        "userErrors": [],
    }


def test_a_claimant_may_be_renamed_to_another_spelling_of_the_name_and_not_to_that_of_another(desk: Desk) -> None:
    one, other = a_claimant(desk, "Müller"), a_claimant(desk, "O'Brien")
    renamed = do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=one.id, name="MÜLLER", expected_version=1))
    assert (renamed.name, renamed.name_form) == ("MÜLLER", "müller")
    order = claimants.UpdateClaimant(claimant_id=other.id, name="Mül\u00adler", expected_version=1)
    assert refused(desk, AlreadyRecorded, claimants.update_claimant, order).facts["existing"].id == one.id


def test_a_name_of_another_kind_is_another_one(desk: Desk) -> None:
    a_claimant(desk, "Astana")
    a_claimant(desk, "ASTANA", "GOVERNMENT")


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        ("recordClaimant", 'name: "%s", kind: PERSON', "name"),
        ("recordClaimant", 'name: "Ann", office: "%s", kind: PERSON', "office"),
        ("recordSource", 'title: "%s"', "title"),
        ("recordSource", 'title: "T", publisher: "%s"', "publisher"),
        ("recordSource", 'title: "T", byline: "%s"', "byline"),
    ],
)
@pytest.mark.parametrize("name", ["\\u200b\\u00ad", "\\u202eAnn", "Ann\\u2067"])
def test_a_name_that_cannot_be_seen_or_turns_the_line_is_refused(
    desk: Desk, data: Ask, verb: str, given: str, field: str, name: str
) -> None:
    before = everything(desk)
    answer = data(f"mutation {{ {verb}(input: {{{given % name}}}) {{ userErrors {{ code field message }} }} }}")
    (error,) = answer[verb]["userErrors"]
    assert (error["code"], error["field"][:2]) == ("INVALID", ["input", field])
    assert "Nothing of this can be seen" in error["message"] or "turns the direction" in error["message"]
    assert everything(desk) == before


@pytest.mark.parametrize("name", ["\u200b\u00ad", "\u202eAnn", "Ann\u2067"])
def test_nor_are_accounts_channels_and_searches_named_so(name: str) -> None:
    for order, given in (
        (accounts.CreateAccount, {"role": "READER"}),
        (channels.OpenChannel, {"kind": "DIGEST", "address": "a@b.example"}),
        (searches.CreateFeedKey, {}),
    ):
        with pytest.raises(ValidationError, match=r"can be seen|turns the direction"):
            order.model_validate({"name": name, **given})


def test_an_account_is_found_by_its_name_however_it_is_typed(desk: Desk) -> None:
    ada = an_account(desk, "Zoë O'Neil")
    for name in ("ZOË O’NEIL", unicodedata.normalize("NFD", "zoë o'neil"), "Zoë\u00a0O'Neil"):
        order = accounts.CreateAccount(name=name, role=Role.READER)
        refusal = refused(desk, NameTaken, accounts.create_account, order, COMMAND_LINE)
        assert refusal.facts == {"name": "Zoë O'Neil", "existing": refusal.facts["existing"]}
        assert refusal.facts["existing"].id == ada.id


def test_two_open_channels_have_not_names_that_look_the_same(desk: Desk) -> None:
    known = a_channel(desk, "a@b.example", name="Politics  desk")
    order = channels.OpenChannel.model_validate({"name": "politics\u00a0DESK", "kind": "DIGEST", "address": "c@d.example"})
    assert refused(desk, ChannelNamed, channels.open_channel, order, COMMAND_LINE).facts["existing"].id == known.id


ADDRESS = "https://news.example/a?id=7"
SAME_ADDRESS = (
    "HTTPS://News.Example:443/a?id=7",
    "https://news.example/%61?id=7#comments",
    "https://news.example/x/../a?id=7&utm_source=mail&fbclid=1",
    ADDRESS,
)


@pytest.mark.parametrize("address", SAME_ADDRESS)
def test_an_article_has_one_source_however_its_address_is_written(desk: Desk, data: Ask, executed: Ask, address: str) -> None:
    known = a_source(desk, url=ADDRESS)
    before = everything(desk)
    for ask in (data, executed):
        (error,) = ask(RECORD_SOURCE, url=address)["recordSource"]["userErrors"]
        assert error["existing"] == {"id": global_id("Source", known.id), "url": ADDRESS}
        found = ask("query($url: URL!) { sourceByUrl(url: $url) { url } }", url=address)
        assert found == {"sourceByUrl": {"url": ADDRESS}}
    assert everything(desk) == before
    order = sources.UpdateSource(source_id=known.id, url=address, expected_version=1)
    assert do(desk, sources.update_source, order).url_form == ADDRESS


def test_international_hosts_are_one_in_letters_and_in_ascii(desk: Desk, data: Ask) -> None:
    a_source(desk, url="https://bücher.example/ä")
    (error,) = data(RECORD_SOURCE, url="https://xn--bcher-kva.example/%C3%A4")["recordSource"]["userErrors"]
    assert error["code"] == "DUPLICATE"


def test_an_address_with_another_scheme_or_a_slash_is_told_as_probably_the_same(desk: Desk, data: Ask, executed: Ask) -> None:
    a_source(desk, url="http://news.example/a")
    a_source(desk, url="https://news.example/b")
    assert data(RECORD_SOURCE, url="https://news.example/a/")["recordSource"] == {
        "source": {"url": "https://news.example/a/"},
        "similar": [{"url": "http://news.example/a"}],
        "userErrors": [],
    }
    assert executed(RECORD_SOURCE, url="https://news.example/b/")["recordSource"]["similar"] == [{"url": "https://news.example/b"}]
    assert executed(RECORD_SOURCE, url="https://news.example/c")["recordSource"]["similar"] == []


def test_evidence_of_the_same_article_is_of_one_source(desk: Desk, data: Ask) -> None:
    claim = global_id("Claim", a_claim(desk).id)
    add = """mutation($claim: ID!, $url: URL!, $note: String!) { addEvidence(input: {claimId: $claim, stance: SUPPORTS, note: $note,
        source: {title: "T", url: $url}}) { evidence { source { url } } userErrors { code field } } }"""
    for number, address in enumerate((ADDRESS, *SAME_ADDRESS)):
        payload = data(add, claim=claim, url=address, note=str(number))["addEvidence"]
        assert payload["evidence"] == ({"source": {"url": ADDRESS}} if number == 0 else None)
    assert data("{ sources { totalCount } }")["sources"]["totalCount"] == 1


def test_publishers_and_bylines_are_compared_as_they_look(desk: Desk, data: Ask) -> None:
    claim = a_claim(desk, statement="alone")
    for number, publisher in enumerate(("Agência\u00a0Brasil", unicodedata.normalize("NFD", "agência  brasil"))):
        source = a_source(desk, title=str(number), publisher=publisher, byline=f"Zoë{chr(0xAD) * number} Ann")
        do(desk, claims.add_appearance, claims.AddAppearance(claim_id=claim.id, source_id=source.id))
        data(
            "mutation($c: ID!, $s: ID!) { addEvidence(input: {claimId: $c, sourceId: $s, stance: SUPPORTS}) { userErrors { code } } }",
            c=global_id("Claim", claim.id),
            s=global_id("Source", source.id),
        )
    asked: dict[str, Any] = data(
        """{ only: claims(filter: {restsOnlyOn: "Agência Brasil"}) { totalCount }
            byline: claims(filter: {byline: "ZOË ANN"}) { totalCount }
            sources(filter: {publisher: "AGÊNCIA BRASIL", byline: "Zoë Ann"}) { totalCount }
            predictions(filter: {byline: "Zoë Ann"}) { totalCount } }"""
    )
    assert {name: each["totalCount"] for name, each in asked.items()} == {"only": 1, "byline": 1, "sources": 2, "predictions": 0}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Étienne", "Étienne"),
        ("Étienne", "etienne"),
        ("Қасым", "қасым"),
        ("İsmail", "İSMAIL"),
        ("İsmail", "ismail"),
        ("Straße", "STRASSE"),
        ("O'Brien", "O’Brien"),
        ("O’Brien", "o'brien"),
        ("Jean\u2011Luc", "jean-luc"),
        ("100 %", "100 %"),
    ],
)
def test_a_filter_finds_a_text_on_each_engine_and_in_every_locale(desk: Desk, data: Ask, name: str, text: str) -> None:
    claim = a_claim(desk, statement=f"It was {name} who spoke.")
    a_prediction(desk, claim=claim, question=f"Does {name} speak?")
    a_claimant(desk, name)
    a_source(desk, title=name)
    found = data(
        """query($text: String!) { claimants(filter: {text: $text}) { totalCount } sources(filter: {text: $text}) { totalCount }
            claims(filter: {text: $text}) { totalCount } predictions(filter: {text: $text}) { totalCount } }""",
        text=text,
    )
    assert {each["totalCount"] for each in found.values()} == {1}


def test_the_same_statement_again_is_told_and_not_blocked(desk: Desk, data: Ask, executed: Ask) -> None:
    claimant = global_id("Claimant", a_claimant(desk).id)
    a_claim(desk, statement="The bridge is red")
    for count, ask in enumerate((data, executed)):
        payload = ask(RECORD_CLAIM, statement="The bridge is shut.", claimant=claimant)["recordClaim"]
        assert payload["userErrors"] == []
        said = [(each["score"], each["claim"]["claimant"] is not None) for each in payload["similar"]]
        assert said == [*[(1.0, True)] * count, (0.5, False)]
    refusal = data(RECORD_CLAIM, statement=" ", claimant=claimant)["recordClaim"]
    assert (refusal["similar"], refusal["userErrors"][0]["code"]) == ([], "INVALID")


QUOTED = "The “new” crossing will be ready by the end of Ramadan"


@pytest.mark.parametrize("query", ["crossing", "ramadan", '"by the end"', "new crossing"])
def test_the_words_of_a_quote_find_its_claim(desk: Desk, data: Ask, executed: Ask, query: str) -> None:
    source = a_source(desk, title="T", byline="B", snapshot={"text": f"He said: {QUOTED}. Others doubt it."})
    place = {"source_id": source.id, "quote": {"exact": QUOTED}}
    a_claim(desk, statement="The bridge opens.", appearance=place)
    for ask in (data, executed):
        ((kind, snippet),) = found(ask, query)
        assert kind == "Claim"
        assert "bridge opens. · The “" in snippet
        assert "<mark>" in snippet


def test_the_words_of_a_due_date_and_of_each_quote_find_the_claim_whenever_they_come(desk: Desk, data: Ask) -> None:
    claim = a_claim(desk, statement="It opens.")
    prediction = a_prediction(desk, claim=claim, due_text="before the first snow", question="Q?")
    assert [kind for kind, _ in found(data, "snow")] == ["Claim"]
    source = a_source(desk, title="T", byline="B", snapshot={"text": "A ribbon is cut. Speeches follow."})
    for words in ("A ribbon is cut", "Speeches follow"):
        order = claims.AddAppearance.model_validate({"claim_id": claim.id, "source_id": source.id, "quote": {"exact": words}})
        do(desk, claims.add_appearance, order)
    for query in ("snow", "ribbon", "speeches", "snow ribbon speeches"):
        assert [kind for kind, _ in found(data, query)] == ["Claim"]
    do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim.id, statement="It will open.", expected_version=1))
    assert [kind for kind, _ in found(data, "will snow ribbon")] == ["Claim"]
    move = """mutation($id: ID!) { updatePrediction(input: {predictionId: $id, dueText: "before Easter", expectedVersion: 1, reason: "r"}) {
        userErrors { message } } }"""
    assert data(move, id=global_id("Prediction", prediction.id)) == {"updatePrediction": {"userErrors": []}}
    assert [kind for kind, _ in found(data, "easter ribbon")] == ["Claim"]
    assert found(data, "snow") == []


@pytest.mark.parametrize(
    ("statement", "query", "shown"),
    [
        ("दाल के दाम बढ़े हैं।", "दाल", "<mark>दाल</mark> के दाम बढ़े हैं।"),
        ("दाल के दाम बढ़े हैं।", "दिल", None),
        ("L’électricité manque", "électricité", "L’<mark>électricité</mark> manque"),
        ("Manca dell'acqua", "acqua", "Manca dell&#x27;<mark>acqua</mark>"),
        ("L’électricité manque", "d'électricité", "L’<mark>électricité</mark> manque"),
        ("انقطعت الكهرباء في القاهرة", "كهرباء القاهره", "انقطعت <mark>الكهرباء</mark> في <mark>القاهرة</mark>"),
        ("عدد القتلى ٤٢", "42", "عدد القتلى <mark>٤٢</mark>"),
        ("Prices rose 6.5 percent", "6,5", "Prices rose <mark>6.5</mark> percent"),
        ("Prices rose 6.5 percent", "5 %", None),
        ("It costs 12,000 euros", "12000", "It costs <mark>12,000</mark> euros"),
        (
            "The co\u00adop\u00ader\u00ada\u00adtion began",
            "cooperation",
            "The <mark>co\u00adop\u00ader\u00ada\u00adtion</mark> began",
        ),
        ("한국은 말했다", "한국", "<mark>한국은</mark> 말했다"),
    ],
)
def test_a_search_finds_the_words_of_every_script(
    desk: Desk, data: Ask, executed: Ask, statement: str, query: str, shown: str | None
) -> None:
    a_claim(desk, statement=statement)
    for ask in (data, executed):
        assert found(ask, query) == ([] if shown is None else [("Claim", shown)])


def test_what_looks_the_same_is_recorded_once_however_many_record_it_at_once(desk: Desk) -> None:
    names = ["Müller", "MÜLLER", unicodedata.normalize("NFD", "müller"), "Mül\u00adler"] * 2
    addresses = [ADDRESS, *SAME_ADDRESS] * 2

    def record(number: int) -> int:
        done = 0
        for action, order in (
            (claimants.record_claimant, claimants.RecordClaimant(name=names[number], kind=ClaimantKind.PERSON)),
            (sources.record_source, sources.RecordSource(title=str(number), url=addresses[number])),
        ):
            try:
                do(desk, action, order)
            except (AlreadyRecorded, Meanwhile):
                continue
            done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(record, range(8))) == 2


def test_the_history_tells_of_no_form(desk: Desk, data: Ask) -> None:
    claimant = a_claimant(desk, "Müller")
    do(desk, claimants.update_claimant, claimants.UpdateClaimant(claimant_id=claimant.id, name="Mueller", expected_version=1))
    asked = "query($id: ID!) { claimant(id: $id) { revisions(first: 5) { nodes { changes { field } } } } }"
    told = data(asked, id=global_id("Claimant", claimant.id))["claimant"]["revisions"]["nodes"]
    assert sorted(each["field"] for revision in told for each in revision["changes"]) == ["id", "kind", "name", "name"]
