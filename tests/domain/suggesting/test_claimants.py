"""Who is named as the claimant where a sentence has an opening, a relative clause or a body?"""

import pytest

from tests.domain.suggesting.reading import claimants


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Speaking on Marl Radio, Ms Poe described it as bold and said the grants would be paid in May.", "Poe"),
        ("In a speech in Marl, Senator Ann Poe called for calm and said fares would rise in 2027.", "Ann Poe"),
        ("A senior Marlian aide, who asked not to be named because the talks are private, said the round would end in May.", "A senior Marlian aide"),
        ("“They are dear,” said Tom Reed, an analyst at Corvex, who thinks margins will narrow in 2027.", "Tom Reed"),
        ("Ann Poe said it was late. The board of the Marl Trust chose a plan which it says will end the loss by 2028.", "The board of the Marl Trust?"),
        ("Ann Poe said it was late. The council will publish its plan in May.", "The council?"),
        ("Ann Poe said it was late. Under a joint statement issued on Friday, Marl will lift the duty in July.", "a joint statement?"),
        ("Corvex said it had lost. Prime Minister Jonas Ek was more guarded. He said a deal could be signed in May.", "Jonas Ek?"),
        ("Analysts at Corvex Bank expect the rate to be cut twice in 2027.", "Analysts at Corvex Bank"),
        ("The firm, founded in 1998, said it would close in May.", "The firm"),
    ],
)  # fmt: skip
def test_an_english_claimant_is_named(text: str, who: str) -> None:
    assert claimants(text)[-1] == who


def test_the_subject_of_the_first_verb_is_that_of_the_second_and_not_a_person_whom_it_names() -> None:
    text = "Ann Poe said no. Tarn Foods will open a shop in May and expects to name a successor to Sir Neil Abernathy by June."
    assert claimants(text)[-1] == "Tarn Foods"


def test_a_name_before_who_is_a_persons() -> None:
    text = "Mayor Ann Poe said no. “We are glad,” said Hana Brod, who expects growth of 2% in 2027. She sees a boom in 2029."
    assert claimants(text) == ["Hana Brod", "Hana Brod?"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Interrogée lundi, Anne Roche s'est dite prête et a annoncé que la ligne fermerait en mai.", "Anne Roche"),
        ("Anne Roche, qui espère ouvrir une école en 2028, est maire.", "Anne Roche"),
        ("Le président Luc Brun a dit non. Sa vice-présidente, Maud Lest, table sur mai. Elle rappelle que l'eau coulera en juin.", "Maud Lest?"),
        ("Le conseil municipal votera le budget en mars.", "Le conseil?"),
    ],
)  # fmt: skip
def test_a_french_claimant_is_named(text: str, who: str) -> None:
    assert claimants(text, "fr")[-1] == who
