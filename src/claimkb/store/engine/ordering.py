"""In which direction is a list ordered?"""

from claimkb.domain.record import Term


class OrderDirection(Term):
    """Which way to order."""

    ASC = "ASC", "From the least to the greatest: the earliest first, A before Z."
    DESC = "DESC", "From the greatest to the least: the latest first, Z before A."
