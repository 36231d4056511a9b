"""What has the desk agreed on? Its house rules, each a setting."""

from dataclasses import dataclass, field
from datetime import timedelta

from claimkb.domain.review import Scale


@dataclass(frozen=True)
class Policy:
    """The desk's house rules."""

    own_predictions: bool = True
    """Whether who recorded a prediction may resolve it themselves."""

    two_person_rule: bool = False
    """Whether an outcome or a review waits until another person than who proposed it confirms it."""

    session_days: int = 7
    """For how many days a person stays signed in."""

    session_idle: timedelta = timedelta(hours=12)
    """After how long without a request a person is signed out."""

    sign_in_again: timedelta = timedelta(minutes=30)
    """For how long after a person has signed in they let others in, without signing in again."""

    second_factor: bool = False
    """Whether everybody who signs in has to have a second factor."""

    job_every: timedelta = timedelta(hours=1)
    """How often the scheduled job is to run."""

    digest_hour: int = 7
    """From which hour on, in the desk's time zone, digests are sent."""

    rating_scale: Scale = field(default_factory=dict)
    """The desk's own words for ratings, and the rating that each stands for."""

    private_channels: bool = False
    """Whether channels may lead to this machine and into its own network."""

    keep_deliveries: timedelta = timedelta(days=90)
    """For how long what was sent, or cancelled, can be looked up. What was given up stays."""

    country: str | None = None
    """The country (ISO 3166-1) by whose customs dates are read where nobody names another."""


USUAL = Policy()
"""The policy of a desk that sets none of its own."""
