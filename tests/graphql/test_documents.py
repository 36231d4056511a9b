"""Documents that the server knows: registered by clients, or on a list and no others."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.graphql.execution.persisted_documents import BadDocuments, DocumentFolder, RegisteredDocuments

QUERY = "query Role { viewer { role } }"
DATA = {"viewer": {"role": "EDITOR"}}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def named(text: str) -> dict[str, Any]:
    """Name a document as Apollo does."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}}


@pytest.fixture
def client(sqlite_desk: Desk) -> Any:
    with TestClient(app_of(sqlite_desk), base_url="http://127.0.0.1") as client:
        yield client


def test_a_document_is_sent_once_and_named_from_then_on(client: TestClient) -> None:
    unknown = client.post("/graphql", json=named(QUERY))
    assert unknown.status_code == 200
    assert unknown.json()["errors"] == [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]
    assert client.post("/graphql", json={"query": QUERY, **named(QUERY)}).json()["data"] == DATA
    assert client.post("/graphql", json=named(QUERY)).json()["data"] == DATA
    by_address = {"extensions": f'{{"persistedQuery": {{"version": 1, "sha256Hash": "{sha256(QUERY)}"}}}}'}
    assert client.get("/graphql", params=by_address, headers={"accept": "application/json"}).json()["data"] == DATA
    assert client.post("/graphql", json={"documentId": f"sha256:{sha256(QUERY)}"}).json()["data"] == DATA


def test_a_fingerprint_of_another_document_is_refused(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ backlog { today } }", **named(QUERY)})
    assert answer.status_code == 400
    assert client.post("/graphql", json=named(QUERY)).json()["errors"][0]["message"] == "PersistedQueryNotFound"


def test_the_documents_that_were_not_asked_for_longest_are_forgotten(sqlite_desk: Desk) -> None:
    texts = [f"query Q{number} {{ viewer {{ role }} }}" for number in range(3)]
    with TestClient(app_of(sqlite_desk, documents=RegisteredDocuments(2)), base_url="http://localhost") as client:
        for text in texts:
            client.post("/graphql", json={"query": text, **named(text)})
        kept = ["errors" not in client.post("/graphql", json=named(text)).json() for text in texts]
    assert kept == [False, True, True]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a folder of documents."""
    (tmp_path / "listed").mkdir()
    (tmp_path / "listed" / "role.graphql").write_text(f"# Who asks?\n{QUERY}\n", encoding="utf-8")
    return tmp_path / "listed"


def test_only_the_documents_of_the_folder_are_answered(sqlite_desk: Desk, folder: Path) -> None:
    with TestClient(app_of(sqlite_desk, documents=DocumentFolder(folder)), base_url="http://127.0.0.1") as client:
        for asked in (
            {"query": QUERY},
            {"query": "query   Role{viewer{role}}"},
            {"documentId": "role"},
            {"documentId": "sha256:" + sha256(f"# Who asks?\n{QUERY}\n")},
            named(f"# Who asks?\n{QUERY}\n"),
        ):
            assert client.post("/graphql", json=asked).json()["data"] == DATA, asked
        for asked in (
            {"query": "{ viewer { role } }"},
            {"query": "{ __schema { types { name } } }"},
            {"query": "{ broken"},
            {"query": "{" * 9_000},
        ):
            (error,) = client.post("/graphql", json=asked).json()["errors"]
            assert error == {
                "message": "This server answers the documents on its list only.",
                "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
            }
        for asked in (named("x"), {"documentId": "nope"}, {}):
            assert client.post("/graphql", json=asked).json()["errors"][0]["message"] == "PersistedQueryNotFound"


def test_a_folder_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadDocuments, match=r"needs \.graphql files"):
        DocumentFolder(tmp_path)
    (tmp_path / "bad.graphql").write_text("{ oh", encoding="utf-8")
    with pytest.raises(BadDocuments, match=r"bad\.graphql is not a GraphQL document: Syntax Error"):
        DocumentFolder(tmp_path)
