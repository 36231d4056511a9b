"""Which values do the scalars of the schema take in operations that are made at random?"""

from typing import Any

from hypothesis import strategies as st
from hypothesis_graphql import nodes

IDS = st.sampled_from(
    ["UHJlZGljdGlvbjoxZGYwNjkwYS1iODBhLTVkYWUtOGMxOC1kM2ZkM2U5N2YzNDE", "", "x", "1df0690a-b80a-5dae-8c18-d3fd3e97f341"]
)
SCALARS: dict[str, Any] = {
    "Date": st.dates().map(str).map(nodes.String),
    "DateTime": st.datetimes().map(lambda instant: nodes.String(f"{instant.isoformat()}Z")),
    "UUID": st.uuids().map(str).map(nodes.String),
    "URL": st.sampled_from(["https://example.org/a", "ftp://x", ""]).map(nodes.String),
    "Decimal": st.sampled_from(["5", "-2.50", "1e5", "NaN", ""]).map(nodes.String) | st.integers().map(nodes.Int),
    "ID": (IDS | st.text(max_size=20)).map(nodes.String),
}
