"""Countries by whose customs dates are read."""

import pytest

from claimkb.domain.country import NoCountry, check_country


def test_a_country_is_known_by_its_code_in_any_case() -> None:
    assert check_country("fr") == "FR"
    assert check_country(None) is None
    with pytest.raises(NoCountry, match="no table of the country ZZ"):
        check_country("ZZ")
