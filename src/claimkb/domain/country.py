"""By the customs of which countries can dates be read? Those of `languages/countries.toml`."""

from claimkb.domain import languages
from claimkb.domain.refusals import Refusal


class NoCountry(Refusal):
    """claimkb has no table of the country {country}. Leave it out, or write another as ISO 3166-1 does, such as FR or US."""


def check_country(country: str | None, field: str = "country") -> str | None:
    """Refuse a country of which there is no table; write its code (ISO 3166-1) in capital letters."""
    code = country.upper() if country and country.isascii() else country
    if code and code not in languages.countries():
        raise NoCountry(field, country=country)
    return code
