"""Which documents does the server know by their fingerprint? Those that clients registered, or a folder of them and no others."""

import hashlib
from collections import OrderedDict
from pathlib import Path
from typing import Any

from graphql import GraphQLError, parse, print_ast

from claimkb.graphql.execution.operation_request import OperationRequest, Refused

MOST_KEPT = 1_000
"""How many documents that clients registered are remembered; the ones that were not asked for the longest are forgotten."""

CODE = "PERSISTED_QUERY_NOT_FOUND"


class BadDocuments(Exception):
    """The folder of documents cannot be used; the message says why and what to do."""


def sha256(text: str) -> str:
    """Return the fingerprint of a document."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _asked_hash(asked: OperationRequest) -> str | None:
    """Read the fingerprint in the persistedQuery extension; refuse one that is malformed."""
    said: Any = (asked.extensions or {}).get("persistedQuery")
    if said is None:
        return None
    if not isinstance(said, dict) or said.get("version") != 1 or not isinstance(said.get("sha256Hash"), str):
        raise Refused(400, "The extension persistedQuery holds version: 1 and sha256Hash, the SHA-256 of the document.")
    return str(said["sha256Hash"]).lower()


class RegisteredDocuments:
    """Documents that clients send once and then name by their SHA-256 (automatic persisted queries)."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, str] = OrderedDict()

    def find(self, asked: OperationRequest) -> str | None:
        """Find the document of a request; remember one that comes with its fingerprint."""
        named = _asked_hash(asked) or (asked.document_id or "").removeprefix("sha256:") or None
        if asked.query is not None:
            if named is not None and asked.document_id is None:
                self._keep(asked.query, named)
            return asked.query
        if named is None:
            return None
        if named not in self._documents:
            raise Refused(200, "PersistedQueryNotFound", CODE)
        self._documents.move_to_end(named)
        return self._documents[named]

    def _keep(self, query: str, named: str) -> None:
        """Remember a document; refuse a fingerprint that is not its own."""
        if sha256(query) != named:
            raise Refused(400, "The sha256Hash is not the SHA-256 of this document: hash the text exactly as it is sent.")
        self._documents[named] = query
        self._documents.move_to_end(named)
        if len(self._documents) > MOST_KEPT:
            self._documents.popitem(last=False)


class DocumentFolder:
    """The documents of a folder, and no others: what is not among them is not answered."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, str] = {}
        self._by_text: dict[str, str] = {}
        files = sorted(folder.glob("**/*.graphql")) if folder.is_dir() else []
        if not files:
            raise BadDocuments(
                f"CLAIMKB_DOCUMENTS=only needs .graphql files in {folder}: there are none. CLAIMKB_DOCUMENTS_FOLDER names it."
            )
        for path in files:
            self._add(path)

    def _add(self, path: Path) -> None:
        """Read a file; it is known by its name, by its fingerprint, and by its text however it is laid out."""
        text = path.read_text(encoding="utf-8")
        try:
            self._by_text[print_ast(parse(text))] = text
        except GraphQLError as error:
            raise BadDocuments(f"{path} is not a GraphQL document: {error.message}") from None
        for name in (path.stem, sha256(text), sha256(text.strip()), sha256(print_ast(parse(text)))):
            self._by_name[name] = text

    def find(self, asked: OperationRequest) -> str | None:
        """Find the document of a request; refuse what is not in the folder."""
        named = _asked_hash(asked) or (asked.document_id or "").removeprefix("sha256:")
        found = self._by_name.get(named)
        if found is None and asked.query is not None:
            found = self._by_name.get(sha256(asked.query)) or self._same(asked.query)
        if found is None:
            message = "PersistedQueryNotFound" if asked.query is None else "This server answers the documents on its list only."
            raise Refused(200 if asked.query is None else 400, message, CODE)
        return found

    def _same(self, query: str) -> str | None:
        """Find a document that differs in layout only."""
        try:
            return self._by_text.get(print_ast(parse(query, max_tokens=10_000)))
        except (GraphQLError, RecursionError):
            return None


Documents = RegisteredDocuments | DocumentFolder
