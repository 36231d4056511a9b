"""Which names may be one, in another spelling or another script?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain.normal_forms import ALIKE, name_likeness, sound_keys
from claimkb.domain.normal_forms.sounds import LONGEST_SKELETON

SAME = [
    ("Kassym-Jomart Tokayev", "Qassym-Jomart Tokayev"),
    ("Tokayev", "Токаев"),
    ("Kassym-Jomart Tokayev", "Касым-Жомарт Токаев"),
    ("Kassym-Jomart Tokayev", "Қасым-Жомарт Тоқаев"),
    ("Tokayev Kassym Jomart", "Kassym-Jomart Tokayev"),
    ("Mohammed bin Salman", "Muhammad bin Salman"),
    ("Mohammed bin Salman", "محمد بن سلمان"),
    ("Mohammed bin Salman", "Mohamed ben Salmane"),
    ("Mohammed bin Salman", "Mohammed bin Salman Al Saud"),
    ("Zelensky", "Zelenskyy"),
    ("Zelensky", "Зеленский"),
    ("Zelensky", "Зеленський"),
    ("Volodymyr Zelenskyy", "Wolodymyr Selenskyj"),
    ("Vladimir Zelensky", "Володимир Зеленський"),
    ("Müller", "Mueller"),
    ("Gaddafi", "Qaddafi"),
    ("Gaddafi", "Khadafy"),
    ("Gaddafi", "Kadhafi"),
    ("Muammar Gaddafi", "معمر القذافي"),
    ("Xi Jinping", "习近平"),
    ("Đoković", "Djokovic"),
    ("Recep Tayyip Erdogan", "Recep Tayyip Erdoğan"),
    ("Nikita Khrushchev", "Nikita Chruschtschow"),
    ("Хрущёв", "Khrushchev"),
    ("Yeltsin", "Jelzin"),
    ("Yeltsin", "Ельцин"),
    ("Alexei Navalny", "Алексей Навальный"),
    ("Alexei Navalny", "Aleksej Nawalny"),
    ("Bashar al-Assad", "بشار الأسد"),
    ("Bashar al-Assad", "Bachar el-Assad"),
    ("Narendra Modi", "नरेन्द्र मोदी"),
    ("Benjamin Netanyahu", "Binyamin Netanyahu"),
    ("Kyriakos Mitsotakis", "Κυριάκος Μητσοτάκης"),
    ("Trump", "Donald Trump"),
    ("Donald J. Trump", "Donald Trump"),
    ("Vladimir Putin", "Wladimir Putin"),
    ("Vladimir Putin", "Владимир Путин"),
    ("Yevgeny Prigozhin", "Jewgeni Prigoschin"),
    ("Mikhail Gorbachev", "Michail Gorbatschow"),
    ("Abdel Fattah el-Sisi", "عبد الفتاح السيسي"),
    ("Hussein", "حسين"),
    ("Angela Merkel", "Ангела Меркель"),
    ("Mahmoud Abbas", "محمود عباس"),
    ("Lukasz Kowalski", "Łukasz Kowalski"),
    ("George H. W. Bush", "George W. Bush"),
]

OTHERS = [
    ("John Smith", "Joan Smythe"),
    ("Barack Obama", "Michelle Obama"),
    ("European Commission", "European Council"),
    ("Ministry of Energy", "Ministry of Health"),
    ("Nursultan Nazarbayev", "Dariga Nazarbayeva"),
    ("Bill Clinton", "Hillary Clinton"),
    ("Boris Johnson", "Boris Yeltsin"),
    ("Xi Jinping", "Kim Jong-un"),
    ("Emmanuel Macron", "Emmanuel Carrère"),
    ("Mohammed bin Salman", "Mohammed bin Zayed"),
    ("The Guardian", "The Gambia"),
    ("Putin", "Rutte"),
    ("Kim Jong-un", "Kim Jong-il"),
    ("Merkel", "Merz"),
    ("Gaddafi", "Gandhi"),
    ("Bank of England", "Bank of Ireland"),
    ("Associated Press", "Agence France-Presse"),
    ("Ahmed Hassan", "Hamad Hussein"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_may_be_one_share_a_key_and_are_alike(one: str, other: str) -> None:
    assert sound_keys(one) & sound_keys(other)
    assert name_likeness(one, other)[0] >= ALIKE


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_of_others_are_not_alike(one: str, other: str) -> None:
    assert name_likeness(one, other)[0] < ALIKE


def test_the_words_that_are_alike_are_told() -> None:
    assert name_likeness("Kassym-Jomart Tokayev", "Tokayev, Qassym-Jomart") == (1.0, ["kassym ~ qassym", "jomart", "tokayev"])


@given(st.text(max_size=300), st.text(max_size=60))
def test_likeness_is_from_nothing_to_one_and_one_for_the_same_name(one: str, other: str) -> None:
    assert 0 <= name_likeness(one, other)[0] <= 1
    assert all(0 < len(key) <= LONGEST_SKELETON for key in sound_keys(one))
    assert not sound_keys(one) or name_likeness(one, one)[0] == 1.0
