"""Which day of a sentence is a statement's, and which is of something else?"""

import pytest

from tests.domain.suggesting.reading import dated


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("The turnout will be as strong as that of 18 June.", "en", None),
        ("Sales will be higher than in 2025.", "en", None),
        ("A rise of 3% is expected compared with 2025.", "en", None),
        ("As in 2024, the vote will be held in May.", "en", "2027-05-31"),
        ("He said that in 2027 prices will rise.", "en", "2027-12-31"),
        ("It will open no later than in 2027.", "en", "2027-12-31"),
        ("La mobilisation sera aussi forte que celle du 18 juin.", "fr", None),
        ("Le prix augmentera de 3 % par rapport à 2025.", "fr", None),
    ],
)
def test_a_day_of_a_comparison_is_no_due_date(text: str, language: str, day: str | None) -> None:
    assert [on for _, on in dated(text, language)] == [day]


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("The two agreed on Monday to hold off on new levies.", "en", None),
        ("They decided on Tuesday to close the mine by June.", "en", "2027-06-30"),
        ("The levy that had been due on Monday will be held off.", "en", None),
        ("Marl will hold off on a levy that had been due to take effect on Monday.", "en", None),
        ("Marl will hold off until May on a levy that had been due on Monday.", "en", "2027-05-31"),
        ("Ils ont décidé lundi de fermer la mine.", "fr", None),
        ("La taxe qui devait entrer en vigueur lundi sera retirée en mai.", "fr", "2027-05-31"),
    ],
)
def test_a_day_on_which_it_was_agreed_or_expected_once_is_no_due_date(text: str, language: str, day: str | None) -> None:
    assert [on for _, on in dated(text, language)] == [day]


def test_what_follows_after_the_day_does_not_cut_the_day_off() -> None:
    text = "Pupils will see changes to meals and buses from the summer after the board approved a plan to save £3m."
    assert dated(text)[0] == ("Pupils will see changes to meals and buses from the summer", "2027-08-31")
