"""Of what is a suggestion made?"""

import pytest

from claimkb.domain.suggesting import Speaker, SuggestionKind, check_worthy, suggestions
from claimkb.domain.target import check_target
from tests.domain.suggesting.reading import claimants, dated, due_on, read, statements, the_one


@pytest.mark.parametrize(
    "text",
    [
        "They won't sell the mill.", "We'll open a shop.", "She shall return.", "He's going to resign.", "They are about to sign a deal.",
        "The vote is to be held in May.", "Work is due to begin in March.", "It is set to rise.", "A verdict is expected next week.", "It is likely to fail.",
        "The launch is scheduled for 3 March.", "The firm plans to grow.", "It aims to treble sales.", "He intends to stay.", "She hopes to win.", "He vowed to fight on.",
        "The firm has pledged to pay.", "The firm is committed to paying.", "They have agreed to meet.", "The fund is on course to grow.", "Prices may rise.", "Rates could fall further.",
        "Sales might soon double.", "The bank sees inflation rising to 4% by 2028.", "The office predicts a wet summer.", "The city has set a target of 500 trees by 2030.", "Talks resume on Monday.",
        "The store shuts on 2 February.", "The race takes place on 12 May.", "Work, with completion expected in June 2027, has begun.", "She said she would go.",
        "The tunnel should carry trains by late 2029.", "A new tram should make its first trip no earlier than March 2028.", "It could top £3bn in the end.", "We're keeping rents down until the end of 2027.",
        "From 1 May every pupil gets a free bus pass.", "The fast ferries are coming back.", "A rise of more than 2% is not foreseen until 2028.", "An end of the strike before May is improbable.",
        "The board set a fee, to be paid on or before 28 August 2027.", "Traders price a first rise for June.", "The head said rates would have to stay high.", "If it stays dry she'll sail before Easter.",
        "Fans are going to pay more from June.", "A firm of Marl spoke of capacity set to grow by 4%.", "A sale of land, to begin next month, was approved.", "A cable to Marl, with work to start in the second quarter of next year.",
        "It could be 2034 before the turbines turn.", "It will be March 2028 before trains run.", "She said she hoped to have a doctor in post by the summer.", "He said a full deal was unlikely this year.",
        "The council voted on Tuesday to close the pool in April.", "The council voted to close the pool in April.", "The union has threatened to strike from 3 January.",
        "Officials said the bridge was due to reopen in May 2027.",
    ],
)  # fmt: skip
def test_an_english_statement_about_the_future_is_found(text: str) -> None:
    assert len(statements(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Le pont ouvrira en mai.", "Ils vont signer un accord.", "Le prix devrait baisser.", "Elle compte rester.", "La ville prévoit de planter des arbres.", "Il s'engage à payer.",
        "Le vote aura lieu lundi.", "La loi pourrait changer.", "Elle a promis de partir.", "Le groupe vise la neutralité d'ici 2040.", "L'école doit ouvrir en 2028.", "La firme s'attend à une perte.",
        "Nous ferons mieux.", "Elle a dit que la ligne fermerait.", "Une décision est attendue en mars.", "Le chantier est prévu pour 2028.", "Le magasin ferme ses portes le 2 février.", "La firme table sur une hausse de 3 %.",
        "La ministre a confirmé que la loi serait présentée au printemps.", "Les syndicats menacent d'une grève à partir du 3 janvier.",
        "M. Roche dit vouloir parvenir à un accord « dans les quinze jours ».", "La banque a annoncé vouloir supprimer 300 postes d'ici à 2028.", "Il rappelle que les trains commandés en 2023 sont là et que la ligne passera à deux voies d'ici à 2029.",
    ],
)  # fmt: skip
def test_a_french_statement_about_the_future_is_found(text: str) -> None:
    assert len(statements(text, "fr")) == 1


def test_several_statements_of_a_sentence_are_several() -> None:
    assert dated("The tax will rise in April, and the toll is due to double on 1 July 2027.") == [
        ("The tax will rise in April", "2027-04-30"),
        ("the toll is due to double on 1 July 2027", "2027-07-01"),
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("A lease is to be signed on 3 July 2027, drilling to start on 1 May 2028.", ["2027-07-03", "2028-05-01"]),
        ("The crew will open the hatch tomorrow, leave the ship on 1 May 2027 and return in June 2027.", ["2026-11-28", "2027-05-01", "2027-06-30"]),
        ("A flight is planned for March 2027, followed by one in May 2029.", ["2027-03-31", "2029-05-31"]),
        ("Rain should ease from Saturday, and hail is likely on Sunday.", ["2026-11-28", "2026-11-29"]),
    ],
)  # fmt: skip
def test_each_part_with_a_day_of_its_own_is_a_statement(text: str, days: list[str]) -> None:
    assert [on for _, on in dated(text)] == days


def test_verbs_that_share_a_day_are_one_statement() -> None:
    assert statements("The firm will open and close the mill by 2030.") == ["The firm will open and close the mill by 2030"]


def test_a_day_that_leads_a_sentence_holds_for_all_its_statements() -> None:
    assert [on for _, on in dated("By 2030, the port will close, and the city will shrink.")] == ["2030-12-31", "2030-12-31"]


def test_the_day_of_saying_is_not_the_day_that_is_due() -> None:
    assert due_on(the_one("On Monday the mayor said the port will close.")) is None
    assert due_on(the_one("The mayor said on Monday the port will close.")) is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Fares will rise by 3.9%.", "exactly 3.9 %"),
        ("The firm will plant at least 6,000 trees.", "at least 6000 trees"),
        ("Debt will fall below £2m.", "at most 2 £m"),
        ("Growth will be between 2% and 3%.", "between 2 and 3 %"),
        ("Sales will reach $1.4 billion.", "exactly 1.4 $ billion"),
        ("It will hire about 600 people.", "about 600 people (give or take 50)"),
        ("It will open in 2030.", "None"),
        ("Windows 10 will end.", "None"),
    ],
)
def test_a_number_with_its_unit_is_the_target(text: str, target: str) -> None:
    found = the_one(text).target
    assert str(found) == target
    check_target(found)


def test_numbers_are_read_as_a_language_writes_them() -> None:
    assert str(the_one("La ville plantera au moins 6 000 arbres.", "fr").target) == "at least 6000 arbres"
    assert str(the_one("Le prix va monter de 2,5 %.", "fr").target) == "exactly 2.5 %"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("The port will close, said Mayor Ann Poe.", "Ann Poe"),
        ("The port will close, Ann Poe, the mayor, said.", "Ann Poe"),
        ("According to the port office, it will close.", "the port office"),
        ("The port will close, according to Poe & Sons.", "Poe & Sons"),
        ("The council plans to close the port.", "The council"),
        ('"We will close the port," Ann Poe told reporters.', "Ann Poe"),
        ("US President Al Roe said the port will close.", "Al Roe"),
    ],
)
def test_the_claimant_is_whom_the_sentence_names(text: str, who: str) -> None:
    assert the_one(text).claimant == Speaker(who, is_guess=False)


def test_a_pronoun_an_office_and_a_quote_without_a_name_mean_the_speaker_before() -> None:
    text = 'Mayor Ann Poe said the port will close. "We will build flats." She plans to move. The mayor said taxes will fall.'
    assert claimants(text) == ["Ann Poe", "Ann Poe?", "Ann Poe?", "Ann Poe?"]


def test_the_headline_names_the_claimant_where_the_text_names_nobody() -> None:
    (found,) = read("The plant will close.", title="Corvex to close its plant")
    assert found.claimant == Speaker("Corvex", is_guess=True)


def test_plans_are_promises_and_expectations_are_forecasts() -> None:
    kinds = {
        text: the_one(text).kind
        for text in ("We will stay.", "The firm plans to stay.", "It may rain tomorrow.", "The bank expects a fall.")
    }
    assert [kind is SuggestionKind.PROMISE for kind in kinds.values()] == [True, True, False, False]


def test_the_words_of_likelihood_are_kept() -> None:
    assert the_one("The port may well close.").likelihood_text == "may well"
    assert the_one("The port will probably close.").likelihood_text == "probably"
    assert the_one("The port will close.").likelihood_text is None


def test_a_suggestion_says_by_which_words_it_was_found() -> None:
    assert the_one("The port will close in 2030.").why == ('"will": future', '"in 2030": date')


def test_without_a_day_of_saying_phrases_that_need_it_give_no_day() -> None:
    (found,) = suggestions("The port will close in ten days.", None, "en")
    assert found.due is not None
    assert found.due.readings[0].due_on is None


def test_claims_with_numbers_and_comparisons_come_first() -> None:
    text = "Rents rose by 12% in 2025, more than in any year since 1990. The sun shone. Anna Roe led the firm from 2019. The port will close."
    found = check_worthy(text, "en")
    assert [each.statement.exact[:9] for each in found] == ["Rents ros", "Anna Roe "]
    assert {each.kind for each in found} == {SuggestionKind.CLAIM}


def test_opinions_and_questions_are_not_worth_checking() -> None:
    assert check_worthy("We should pay them 5% more. Is it 12% or 13%? Thank you all for coming.", "en") == []


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("The mayor promised to build 400 homes by 2028.", "at least 400 homes"),
        ("The firm will hire 900 people.", "at least 900 people"),
        ("It plans to plant 6,000 trees.", "at least 6000 trees"),
        ("It will build exactly 400 homes.", "exactly 400 homes"),
        ("It will build up to 400 homes.", "at most 400 homes"),
        ("It plans to cut its staff to 400 people.", "exactly 400 people"),
        ("It plans to cut emissions by 40%.", "exactly 40 %"),
        ("It plans to pay 15 euros an hour.", "exactly 15 euros an"),
        ("It plans to spend £400 in 2027.", "exactly 400 £"),
        ("The city expects 400 visitors.", "exactly 400 visitors"),
    ],
)
def test_more_than_what_was_promised_keeps_a_promise_of_counted_things(text: str, target: str) -> None:
    assert str(the_one(text).target) == target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("La ville s'engage à planter 6 000 arbres d'ici à 2028.", "at least 6000 arbres"),
        ("Il promet de verser 300 euros.", "exactly 300 euros"),
        ("Elle prévoit de ramener ses effectifs à 300 postes.", "exactly 300 postes"),
    ],
)
def test_more_than_what_was_promised_keeps_a_french_promise_of_counted_things(text: str, target: str) -> None:
    assert str(the_one(text, "fr").target) == target


def test_a_verb_of_change_is_no_season() -> None:
    assert dated("She said fares would fall in 2027.") == [("fares would fall in 2027", "2027-12-31")]
    assert dated("It opens in fall 2027.") == [("It opens in fall 2027", "2027-11-30")]


def test_who_is_told_is_no_part_of_what_is_told() -> None:
    assert statements("The head told staff she planned to leave in March.") == ["she planned to leave in March"]
    assert statements("The head said staff would leave in March.") == ["staff would leave in March"]
