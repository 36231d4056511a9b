"""Countries by whose customs dates are read."""

import pytest

from claimkb.domain.country import NoCountry, check_country


def test_a_country_is_known_by_its_code_in_any_case() -> None:
    assert check_country("fr") == "FR"
    assert check_country(None) is None
    for unknown in ("ZZ", "ß", "fra"):
        with pytest.raises(NoCountry, match=f"no table of the country {unknown}"):
            check_country(unknown)
