"""How long to wait before something is sent again, as the receiver asks."""

from datetime import UTC, datetime, timedelta

import pytest

from claimkb.domain.delivery import asked_for

NOW = datetime(1994, 11, 6, 8, 47, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ("0", 0),
        ("120", 120),
        ("86401", 86_400),
        ("9" * 5000, 86_400),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 120),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 120),
        ("Sun Nov  6 08:49:37 1994", 120),
        ("Sat, 05 Nov 1994 08:49:37 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_a_receiver_asks_for_time_by_seconds_or_by_any_of_the_three_dates_of_http_and_gets_a_day_at_most(
    retry_after: str | None, seconds: int | None
) -> None:
    assert asked_for(retry_after, NOW) == (None if seconds is None else timedelta(seconds=seconds))
