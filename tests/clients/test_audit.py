"""GraphQL over HTTP: every audit of graphql-http passes."""

from tests.clients.workshop import Workshop

AUDIT = "audit.mjs"


def test_every_audit_passes(javascript: Workshop) -> None:
    from_here = (javascript.folder / "node_modules").resolve().parent / AUDIT
    assert javascript.run("node", from_here, f"{javascript.server}/graphql") == "61 of 61 audits pass\n"
