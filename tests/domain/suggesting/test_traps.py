"""What only looks like a statement about the future is never suggested."""

import pytest

from claimkb.domain.suggesting import suggestions
from tests.domain.suggesting.reading import SAID, statements

ENGLISH = [
    "The line was expected to open in 2025.",
    "The bridge had been due to reopen last May.",
    "He was going to resign, but stayed.",
    "In 2018 the council promised 900 flats by 2024.",
    "In its 2021 plan the firm said it would sell 5,000 boats a year by 2030.",
    "Her predecessor vowed in 2022 that fares would fall by 2030.",
    '"By 2015 nobody will own a car," the then minister said in 2006.',
    'In 2016 the owner of the time said: "We will be champions in ten years."',
    "If the dam had held, the village would have been saved.",
    "Had they listened, the school would still be open.",
    "Were the bank to fail, others would follow.",
    "Will the ferry run in June?",
    '"When will you resign?" asked a reporter.',
    "The minister should go by June, and the party must think again.",
    "They called for a new vote next year.",
    "The union urged the mayor to scrap the toll by spring.",
    "The will of the voters is clear.",
    "She left them everything in her will.",
    "May was the wettest month on record.",
    "The May outage cost £3m.",
    "Will Smith opened the shop.",
    "The fire broke out due to a fault.",
    "Sales were better than expected.",
    "Time will tell.",
    "It is unclear whether the court will agree.",
    "He could not hide his joy.",
    "He may have left on Tuesday.",
    "Read more: what will change in 2027",
    "Subscribe and you will get our letter on Monday.",
    "This release contains forward-looking statements that will not be updated.",
    "The deal was announced in June and signed last week.",
    "The contract runs until June 2028.",
    "The firm published its outlook for 2027.",
    "I would like to thank them next week.",
    "They denied that the mine will close.",
    "The crews would stop work if the wind rose.",
    "Friends say he would move to the coast if he could.",
    "But if trees could speak, the court would have heard them.",
    "What will the union do, which has 300 members?",
    "Her mandate expires in 2029, and her contract ends in May 2028.",
    "It will be remembered that the two signed in 2019.",
    "The whole talk will be available to subscribers on Sunday.",
    "Send us your pictures and we may print them.",
    "More from Marl: mill will close in May",
    "It contains words such as “expects”, “will” and “plans”.",
    "The firm should apologise by June.",
    "We should close the road by June.",
    "His warning in 2024 that the mill would need a loan within 18 months came to nothing.",
    "“We were assured in 2019 that the ward would stay for good,” said Ann Poe.",
    "The 2022 plan said it would double the fleet by 2030.",
    "Her pledge last year to open ten schools by 2028 was dropped.",
    "If the tax had stayed, we would be raising our outlook today.",
    "The fair, planned for March, was called off.",
    "The concert, due on Saturday, has been postponed.",
    "A tram due to open in May was scrapped.",
    "The firm cancelled a launch planned for June.",
    "The summit, expected to take place in May, never happened.",
    "He had hoped to open by May.",
    "A deal that had seemed likely by Christmas collapsed.",
    "He used to say that the euro would be gone by 2030.",
    "Back in 2020, analysts predicted the stock would triple by 2028.",
    "Had the vote gone the other way, the mine would be closing next month.",
    "The tour, scheduled to begin in Leeds on 4 December, was abandoned.",
    "The merger that was to close in December fell through.",
    "The 2021 plan for a rail line by 2030 is dead.",
    "He hoped to open by May.",
    "A deal was unlikely this year.",
    "The court met in June, to be told that the firm had closed.",
    "The board set to work in May.",
    "He said the bridge was due to reopen in May 2020.",
]
FRENCH = [
    "Si le conflit durait, la ville appliquerait les amendes du contrat, précise-t-elle.",
    "S'il pleuvait, la fête aurait lieu mardi dans la salle.",
    "La promesse faite en 2019 que l'école ouvrirait en 2028 est oubliée.",
    "Son avertissement en 2023 selon lequel la banque ferait faillite en 2027 a fait rire.",
    "Le concert, prévu en mars, a été annulé.",
    "En 2021, la ministre assurait que la centrale ouvrirait en 2027.",
    "Il y a dix ans, on promettait que la pauvreté disparaîtrait en 2030.",
    "Le plan de 2019 prévoyait 400 logements d'ici 2030.",
    "Le sommet prévu pour lundi est reporté.",
    "Le pont devait rouvrir en 2025.",
    "En 2019, le maire prévoyait de fermer le port avant 2023.",
    "Elle avait promis en 2022 une baisse des impôts.",
    "Si le barrage avait tenu, le village aurait été sauvé.",
    "Faut-il fermer la mine en 2027 ?",
    "Qui dirigera le parti l'an prochain ?",
    "Les syndicats réclament un débat.",
    "L'opéra de Lyon a fermé hier.",
    "Il tira et retira son arme.",
    "Le suspect aurait fui à l'étranger.",
    "La loi de 2015 fixait une baisse de 30 % d'ici 2030.",
    "Le résultat est meilleur que prévu.",
    "Lire aussi : ce qui changera en 2027",
    "On ignore si le tribunal acceptera.",
    "Que fera la mairie, qui possède le terrain ?",
    "Le bail du marché court jusqu'en mars 2031.",
    "On se souviendra que l'accord date de 2019.",
    "La version intégrale paraîtra samedi.",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_an_english_trap_is_not_taken(text: str) -> None:
    assert statements(text) == []


@pytest.mark.parametrize("text", FRENCH)
def test_a_french_trap_is_not_taken(text: str) -> None:
    assert statements(text, "fr") == []


def test_a_headline_is_not_suggested() -> None:
    text = "Firm will close plant\nThe firm will close its plant."
    assert [each.statement.exact for each in suggestions(text, SAID, "en", "Firm will close plant")] == [
        "The firm will close its plant"
    ]


def test_a_statement_that_is_printed_twice_is_suggested_once() -> None:
    assert statements("The plant will close.\n\nThe plant will close.") == ["The plant will close"]


def test_a_day_of_the_past_beside_will_is_of_something_else() -> None:
    assert statements("They will publish the report that they began in 2019.") == [
        "They will publish the report that they began in 2019"
    ]


def test_a_text_of_a_language_without_tables_has_no_suggestions() -> None:
    assert suggestions("Die Brücke wird 2027 gebaut.", SAID, "de") == []


@pytest.mark.parametrize(
    "text",
    [
        "His warning on Friday that fares would rise in 2027 was heard.",
        "The promise that the bridge will open in 2028 was renewed on Monday.",
        "If the tax stays, we will be hiring fewer people in 2027.",
        "The fair, cancelled last year, will be held in May.",
        "The race was postponed and will be held in May.",
        "The concert, due on Saturday, has been sold out.",
        "A spokesman said the airport would stay shut until Monday because flights had been cancelled.",
    ],
)
def test_what_is_said_now_or_called_off_once_is_no_trap(text: str) -> None:
    assert len(statements(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Si la pluie cesse, le match reprendra lundi.",
        "Elle a précisé que la région appliquerait des amendes en 2027.",
        "Le concert, prévu en mars, est complet.",
        "Le sommet annulé en 2020 aura lieu en mai.",
    ],
)
def test_what_is_said_now_or_called_off_once_is_no_trap_in_french(text: str) -> None:
    assert len(statements(text, "fr")) == 1
