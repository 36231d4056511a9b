"""How finely do words name days?"""

from claimkb.domain.record import Term


class Grain(Term):
    """How finely words name days."""

    DAY = "DAY", "By days."
    WEEK = "WEEK", "By weeks."
    MONTH = "MONTH", "By months."
    QUARTER = "QUARTER", "By quarters of a year."
    SEASON = "SEASON", "By seasons."
    HALF_YEAR = "HALF_YEAR", "By halves of a year."
    YEAR = "YEAR", "By years."
    DECADE = "DECADE", "By decades."
    FISCAL_YEAR = "FISCAL_YEAR", "By fiscal years."
    APPROXIMATE = "APPROXIMATE", "About: early, mid or late, or another part that has no name of its own."
