"""How is a secret kept from where it has no business? In a type that prints nothing: what needs it reads it, and says so.

`SecretStr` of pydantic: neither `repr`, `str` nor JSON shows what is in it. Here is how it stands in a column.
"""

import sqlalchemy as sa
from pydantic import SecretStr

NOTHING = SecretStr("")
"""The secret of what has none, or shows it no more."""


class SecretText(sa.TypeDecorator[SecretStr]):
    """A column of secrets: they are read and written as what prints nothing."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: SecretStr | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - as it is called
        """Write a secret."""
        return None if value is None else value.get_secret_value()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> SecretStr | None:  # noqa: ARG002 - as it is called
        """Read a secret."""
        return None if value is None else SecretStr(value)
