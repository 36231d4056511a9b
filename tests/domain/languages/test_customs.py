"""By the customs of which countries are dates read?"""

import pytest

from claimkb.domain.languages.customs import check_country
from claimkb.domain.questions import NoCountry


def test_a_country_is_known_by_its_code_in_any_case() -> None:
    assert check_country("fr") == "FR"
    assert check_country(None) is None
    with pytest.raises(NoCountry, match="no table of the country ZZ"):
        check_country("ZZ")
