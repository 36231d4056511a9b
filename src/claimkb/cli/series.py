"""Which command records several predictions of a claim, one a period? It enters where the API's verb enters: at the action."""

from typing import Annotated

import typer

from claimkb.actions.series import RecordSeries, record_series
from claimkb.cli.acting import As, carry_out, input_of
from claimkb.cli.reading import AsJson, ClaimArgument, open_current_desk, print_json
from claimkb.cli.tables import described, say, show
from claimkb.cli.typing_dates import days, typed
from claimkb.domain.prediction import DueBasis, PredictionKind
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id
from claimkb.domain.series import Recurrence
from claimkb.store import series as stored


def series(
    claim: ClaimArgument,
    every: Annotated[Recurrence, typer.Option(help="How long a period is.")],
    from_: Annotated[str, typed("The first day of the first period.", "--from")],
    question: Annotated[str, typer.Option(help="The question of each, with {period}, {from}, {until} or {year} in it.")],
    criteria: Annotated[str, typer.Option(help="What counts as yes and what as no, with the same placeholders.")],
    until: Annotated[str | None, typed("The last day of the last period; or else give --count.")] = None,
    count: Annotated[int | None, typer.Option(help="How many periods there are; or else give --until.")] = None,
    kind: Annotated[PredictionKind | None, typer.Option(help="As the claim has it where left out.")] = None,
    basis: Annotated[DueBasis, typer.Option(help="Where the due dates come from.")] = DueBasis.STATED,
    reasoning: Annotated[str | None, typer.Option(help="How they were found; needed unless they are stated.")] = None,
    due_text: Annotated[str | None, typer.Option(help="The due dates in the words of the source.")] = None,
    answer_after_days: Annotated[
        int | None, typer.Option(help="How many days after the end of a period the answer can be known.")
    ] = None,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Record one prediction a period of a claim, each of which is due and answered by itself."""
    desk = open_current_desk()
    command = input_of(
        RecordSeries,
        claim_id=claim,
        every=every,
        from_=days(from_, desk).first,
        until=until and days(until, desk).last,
        count=count,
        question=question,
        criteria=criteria,
        kind=kind,
        due_basis=basis,
        due_reasoning=reasoning,
        due_text=due_text,
        answer_after_days=answer_after_days,
    )
    made = carry_out(record_series, command, by)
    with desk.database.read() as session:
        of_series = [each for each in stored.of_claim(session, made.claim_id) if each.series_id == made.id]
        rows = described(session, of_series, desk.today())
        (line,) = stored.lines(session, [made.id], desk.today())
    if as_json:
        print_json({"series": global_id("Series", made.id), "line": line, "predictions": rows})
        return
    show(rows, f"A series of {counted(len(rows), 'prediction')}")
    say(line)
