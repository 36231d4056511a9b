"""Which persisted documents are there? Those that clients register, or those of a folder and no others."""

import hashlib
from pathlib import Path

from graphql import GraphQLError, parse, print_ast

from claimkb.graphql.execution.operation_request import OperationRequest, RequestError
from claimkb.graphql.limits.bounded_cache import BoundedCache

MOST_KEPT = 1_000
"""How many registered documents are kept; the least recently used is dropped first."""

CODE = "PERSISTED_QUERY_NOT_FOUND"


class BadDocuments(Exception):
    """The folder of documents cannot be used; the message says why and what to do."""


def sha256(text: str) -> str:
    """Return the SHA-256 of a document."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _extension_hash(request: OperationRequest) -> str | None:
    """Read the hash in the persistedQuery extension; refuse an extension that is malformed."""
    extension = (request.extensions or {}).get("persistedQuery")
    if extension is None:
        return None
    if not isinstance(extension, dict) or extension.get("version") != 1 or not isinstance(extension.get("sha256Hash"), str):
        raise RequestError(400, "The extension persistedQuery holds version: 1 and sha256Hash, the SHA-256 of the document.")
    return str(extension["sha256Hash"]).lower()


class RegisteredDocuments:
    """Documents that clients send once and then name by their SHA-256 (automatic persisted queries)."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._documents: BoundedCache[str] = BoundedCache(most)

    def find(self, request: OperationRequest) -> str | None:
        """Find the document of a request; register a document that comes with its hash."""
        name = _extension_hash(request) or (request.document_id or "").removeprefix("sha256:") or None
        if request.query is not None:
            if name is not None and request.document_id is None:
                self._keep(request.query, name)
            return request.query
        if name is None:
            return None
        text = self._documents.find(name)
        if text is None:
            raise RequestError(200, "PersistedQueryNotFound", CODE)
        return text

    def _keep(self, query: str, name: str) -> None:
        """Register a document; refuse a hash of another text."""
        if sha256(query) != name:
            raise RequestError(400, "The sha256Hash is not the SHA-256 of this document: hash the text exactly as it is sent.")
        self._documents.keep(name, query)


class DocumentFolder:
    """The documents of a folder; any other document is refused."""

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
        """Add the document of a file, under its name, its hashes, and its text without layout."""
        text = path.read_text(encoding="utf-8")
        try:
            self._by_text[print_ast(parse(text))] = text
        except GraphQLError as error:
            raise BadDocuments(f"{path} is not a GraphQL document: {error.message}") from None
        for name in (path.stem, sha256(text), sha256(text.strip()), sha256(print_ast(parse(text)))):
            self._by_name[name] = text

    def find(self, request: OperationRequest) -> str | None:
        """Find the document of a request; refuse one that is not in the folder."""
        name = _extension_hash(request) or (request.document_id or "").removeprefix("sha256:")
        text = self._by_name.get(name)
        if text is None and request.query is not None:
            text = self._by_name.get(sha256(request.query)) or self._same(request.query)
        if text is None:
            message = "PersistedQueryNotFound" if request.query is None else "This server answers the documents on its list only."
            raise RequestError(200 if request.query is None else 400, message, CODE)
        return text

    def _same(self, query: str) -> str | None:
        """Find the document that differs from a query in layout only."""
        try:
            return self._by_text.get(print_ast(parse(query, max_tokens=10_000)))
        except (GraphQLError, RecursionError):
            return None


Documents = RegisteredDocuments | DocumentFolder
