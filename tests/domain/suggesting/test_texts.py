"""What do whole texts of many kinds say about the future? Each text is of another style; all are invented."""

from claimkb.domain.suggesting import suggestions
from tests.domain.suggesting.reading import SAID, claimants, dated, statements


def test_a_wire_report() -> None:
    text = """LONDON (Wire) - House prices are set to rise 2.5% next year, a poll of economists showed on Friday.
The Bank of Westmark is widely expected to cut rates on Dec. 17. Governor Ola Brandt told lawmakers that inflation would
return to target by the spring of 2027.
Prices rose 1.9% last year. Analysts had expected a rise of 2.2%.
"""
    assert [on for _, on in dated(text)] == ["2027-12-31", "2026-12-17", "2027-05-31"]
    assert claimants(text)[2] == "Ola Brandt"


def test_a_press_release() -> None:
    text = """Tarn Foods to open new plant
Tarn Foods today announced plans to open a bakery in Leeds by the end of 2027. The site will create 250 jobs and is expected to begin baking in September 2027.
"We're committed to cutting our emissions by 40% by 2030," said Chief Executive Ruth Osei.
This press release contains forward-looking statements. Actual results will differ.
For more information, visit our website.
"""
    assert dated(text) == [
        ("Tarn Foods today announced plans to open a bakery in Leeds by the end of 2027", "2027-12-31"),
        ("The site will create 250 jobs", None),
        ("is expected to begin baking in September 2027", "2027-09-30"),
        ("We're committed to cutting our emissions by 40% by 2030", "2030-12-31"),
    ]
    assert claimants(text) == ["Tarn Foods", "Tarn Foods?", "Tarn Foods?", "Ruth Osei"]


def test_a_sports_report() -> None:
    text = """City will face Torrin on Saturday after beating Marl 2-0.
Coach Dan Ekberg admitted his side could be without Lars Holm for weeks. "Lars won't play again this year," Ekberg said.
Holm has scored twelve goals this season. United, meanwhile, hope to sign a striker by 12 December.
Tickets go on sale on Monday. Who will win the league?
"""
    assert [on for _, on in dated(text)] == ["2026-11-28", None, "2026-12-31", "2026-12-12", "2026-11-30"]
    assert claimants(text)[1:4] == ["Dan Ekberg", "Dan Ekberg", "United"]


def test_a_weather_forecast() -> None:
    text = """Storm Hanna is forecast to bring winds of up to 70mph on Sunday, the Met Office has warned.
Temperatures could drop to -8C by Tuesday. Drivers should allow extra time. Last winter was mild.
"""
    assert [on for _, on in dated(text)] == ["2026-11-29", "2026-12-01"]
    assert [str(each.target) for each in suggestions(text, SAID, "en")] == ["at most 70 mph", "exactly -8 C"]


def test_a_report_from_a_court() -> None:
    text = """A former banker will stand trial in March, a judge ruled on Thursday.
He had promised investors returns of 20% by 2023. His lawyer, Jane Roy, said he would appeal against the decision.
Sentencing is due on 4 January. "He would have paid everyone back," Roy said.
"""
    assert [on for _, on in dated(text)] == ["2027-03-31", None, "2027-01-04"]
    assert claimants(text)[:2] == ["a judge", "Jane Roy"]


def test_a_report_on_science() -> None:
    text = """The telescope, which launched in 2021, will run out of fuel by 2045, according to a study published on Monday.
Researchers at the University of Port Ellis predict that seas will rise by between 30cm and 60cm by 2100.
The probe is due to reach Jupiter in July 2031 and will orbit the planet for two years. The findings may explain why the ice melted.
"""
    assert [on for _, on in dated(text)] == ["2045-12-31", "2100-12-31", "2031-07-31", None]
    assert claimants(text)[:2] == ["a study", "Researchers at the University of Port Ellis"]


def test_a_text_of_a_central_bank_has_a_statement_for_each_number_and_day() -> None:
    text = """Inflation is projected to average 3.2% in 2027, 2.4% in 2028 and 2.0% in 2029.
Growth is expected to slow to 0.8% in the first half of 2027, before picking up to 1.5% by the end of 2028. Growth in 2025 was 1.1%.
"""
    assert dated(text) == [
        ("Inflation is projected to average 3.2% in 2027", "2027-12-31"),
        ("2.4% in 2028", "2028-12-31"),
        ("2.0% in 2029", "2029-12-31"),
        ("Growth is expected to slow to 0.8% in the first half of 2027", "2027-06-30"),
        ("before picking up to 1.5% by the end of 2028", "2028-12-31"),
    ]


def test_an_interview() -> None:
    text = """Q: Will you stand again next year?
A: I will not be a candidate.
Q: And taxes, will they go up?
A: No. There won't be any rises. We're going to freeze council tax.
"""
    assert statements(text) == ["I will not be a candidate", "There won't be any rises", "We're going to freeze council tax"]


def test_a_live_blog() -> None:
    text = """10:45 Good morning and welcome
The chancellor, Petra Voss, will deliver her budget today. She is expected to announce a levy from next April.
10:52 Unions plan strike
The teachers' union has said it will strike on 3 December unless talks resume. A spokeswoman said: "We will not back down."
Follow us on Twitter
"""
    assert [on for _, on in dated(text)] == ["2026-11-27", "2027-04-30", "2026-12-03", None]
    assert claimants(text)[2:] == ["The teachers' union", "A spokeswoman"]


def test_an_opinion() -> None:
    text = """The minister is wrong. Mr Hale should resign, and the party must think again.
He promises to build 300,000 homes by 2029; he will fail. Time will tell.
By 2040, most children will rent, and many will never own a home.
"""
    assert [on for _, on in dated(text)] == ["2029-12-31", None, "2040-12-31", "2040-12-31"]


def test_a_report_on_politics() -> None:
    text = """President Carla Mendes said on Tuesday she would visit Lisbon next month. The president vowed that her government "will not raise a single tax" before the vote.
Opposition leader Tomas Quint, who lost the 2022 vote, has pledged to repeal the law if he wins. "On day one, I will sign the order," he told a rally.
Under the plan, the retirement age would rise to 67 by 2035. Parliament votes on the bill on 9 December.
"""
    assert [on for _, on in dated(text)] == ["2026-12-31", None, None, None, "2035-12-31", "2026-12-09"]
    assert claimants(text)[:4] == ["Carla Mendes", "Carla Mendes?", "Tomas Quint", "Tomas Quint?"]


def test_a_report_on_business() -> None:
    text = """The group now sees sales of between $4.1bn and $4.3bn this year.
Corvex said it would cut 1,200 jobs by March. Finance chief Liu Wen is to step down in April.
"Demand will recover," Wen told analysts.
"""
    found = suggestions(text, SAID, "en")
    assert [str(each.target) for each in found] == ["between 4.1 and 4.3 $bn", "at least 1200 jobs", "None", "None"]
    assert claimants(text) == ["The group", "Corvex", "Corvex?", "Liu Wen"]


def test_a_roadmap() -> None:
    text = """Roadmap
- Version 2.0 will be released in Q2 2027
- Support for the old app ends on 14 October 2027
We aim to ship the new app by early 2028. Last updated: 12 November 2026
"""
    assert [on for _, on in dated(text)] == ["2027-06-30", "2027-10-14", "2028-04-30"]


def test_a_span_before_a_visit_to_come_is_counted_from_the_day_of_saying() -> None:
    (found,) = suggestions("The pledge came ten days before King Odo is planned to visit Rome.", SAID, "en")
    assert found.due is not None
    assert found.due.readings[0].reasoning == "27 November 2026 + 10 days = 7 December 2026"


def test_a_french_report() -> None:
    text = """Le tramway entrera en service au printemps 2028, a annoncé lundi la maire de Brévelle, Anne Roche.
« Nous ne vendrons pas le stade », a-t-elle ajouté. La ville compte planter 6 000 arbres d'ici 2030.
Selon l'Insee, la croissance devrait atteindre 1,2 % en 2027. Le chantier, commencé en 2021, va durer encore deux ans.
"""
    assert [on for _, on in dated(text, "fr")] == ["2028-05-31", None, "2030-12-31", "2027-12-31", None]
    assert claimants(text, "fr")[:4] == ["Anne Roche", "Anne Roche?", "La ville", "Insee"]


def test_a_french_release() -> None:
    text = """Tarn Énergie s'engage à réduire ses émissions de 40 % d'ici à 2030. L'entreprise prévoit d'ouvrir deux usines en 2028.
Une décision est attendue le 12 janvier. La vente pourrait avoir lieu dans six mois.
"""
    assert [on for _, on in dated(text, "fr")][:3] == ["2030-12-31", "2028-12-31", "2027-01-12"]
    assert claimants(text, "fr")[:2] == ["Tarn Énergie", "L'entreprise"]


def test_a_russian_report() -> None:
    text = "Завод будет построен к 2028 году, сообщил министр Иван Петров. Компания планирует нанять 500 человек. Ожидалось, что мост откроют в 2020 году."
    assert [on for _, on in dated(text, "ru")] == ["2028-12-31", None]
    assert claimants(text, "ru") == ["Иван Петров", "Компания"]
