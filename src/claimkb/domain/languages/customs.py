"""By the customs of which country are dates read? Of one that has a table."""

from claimkb.domain import languages
from claimkb.domain.questions import NoCountry


def check_country(country: str | None, field: str = "country") -> str | None:
    """Refuse a country of which there is no table; write its code in capital letters."""
    code = country and country.upper()
    if code and code not in languages.countries():
        raise NoCountry(field, country=country, known=", ".join(sorted(languages.countries())))
    return code
