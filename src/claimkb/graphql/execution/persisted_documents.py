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


def _extension_hash(request: OperationRequest) -> str | None:
    """Read the fingerprint in the persistedQuery extension; refuse one that is malformed."""
    extension: Any = (request.extensions or {}).get("persistedQuery")
    if extension is None:
        return None
    if not isinstance(extension, dict) or extension.get("version") != 1 or not isinstance(extension.get("sha256Hash"), str):
        raise Refused(400, "The extension persistedQuery holds version: 1 and sha256Hash, the SHA-256 of the document.")
    return str(extension["sha256Hash"]).lower()


class RegisteredDocuments:
    """Documents that clients send once and then name by their SHA-256 (automatic persisted queries)."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, str] = OrderedDict()

    def find(self, request: OperationRequest) -> str | None:
        """Find the document of a request; remember one that comes with its fingerprint."""
        name = _extension_hash(request) or (request.document_id or "").removeprefix("sha256:") or None
        if request.query is not None:
            if name is not None and request.document_id is None:
                self._keep(request.query, name)
            return request.query
        if name is None:
            return None
        if name not in self._documents:
            raise Refused(200, "PersistedQueryNotFound", CODE)
        self._documents.move_to_end(name)
        return self._documents[name]

    def _keep(self, query: str, name: str) -> None:
        """Remember a document; refuse a fingerprint that is not its own."""
        if sha256(query) != name:
            raise Refused(400, "The sha256Hash is not the SHA-256 of this document: hash the text exactly as it is sent.")
        self._documents[name] = query
        self._documents.move_to_end(name)
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

    def find(self, request: OperationRequest) -> str | None:
        """Find the document of a request; refuse what is not in the folder."""
        name = _extension_hash(request) or (request.document_id or "").removeprefix("sha256:")
        text = self._by_name.get(name)
        if text is None and request.query is not None:
            text = self._by_name.get(sha256(request.query)) or self._same(request.query)
        if text is None:
            message = "PersistedQueryNotFound" if request.query is None else "This server answers the documents on its list only."
            raise Refused(200 if request.query is None else 400, message, CODE)
        return text

    def _same(self, query: str) -> str | None:
        """Find a document that differs in layout only."""
        try:
            return self._by_text.get(print_ast(parse(query, max_tokens=10_000)))
        except (GraphQLError, RecursionError):
            return None


Documents = RegisteredDocuments | DocumentFolder
