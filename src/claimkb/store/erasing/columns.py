"""Which columns hold words of people, and which only values of programs? A test wants every column of text in one of the tables."""

from typing import Any

from sqlmodel import SQLModel

from claimkb.domain import (
    Account,
    AnchorProposal,
    Announcement,
    Appearance,
    Channel,
    Checkpoint,
    Claim,
    Claimant,
    ClaimRelation,
    ClaimVector,
    CollectedClaim,
    Collection,
    Delivery,
    DueDateChange,
    Erasure,
    Evidence,
    JobRun,
    Lease,
    Membership,
    MergeMove,
    NameKey,
    Outcome,
    Performed,
    Prediction,
    ProgressNote,
    ReplyRequest,
    Review,
    Revision,
    SavedSearch,
    SearchEntry,
    Series,
    Snapshot,
    Source,
    SuggestionRefusal,
    Token,
)

WORDS: dict[type[SQLModel], tuple[str, ...]] = {
    Account: ("name",),
    AnchorProposal: ("exact", "decided_by", "rejected_reason"),
    Appearance: (
        "section",
        "claimant_role",
        "entry",
        "translation_text",
        "translation_by",
        "quote_exact",
        "quote_prefix",
        "quote_suffix",
        "quote_was",
        "retracted_reason",
    ),
    Channel: ("name", "address"),
    Checkpoint: ("recorded_by",),
    Claim: ("statement", "note", "retracted_reason"),
    Claimant: ("name", "aliases", "office", "note"),
    ClaimRelation: ("recorded_by", "note", "retracted_reason"),
    CollectedClaim: ("added_by", "note", "removed_by"),
    Collection: ("name", "note"),
    Delivery: ("problem",),
    DueDateChange: ("recorded_by", "reason"),
    Erasure: ("reason", "asked_by", "erased_by"),
    Evidence: ("recorded_by", "quote", "note", "retracted_reason"),
    Membership: ("role", "retracted_reason"),
    Outcome: (
        "rationale",
        "no_evidence_reason",
        "early_reason",
        "proposed_by",
        "reviewed_by",
        "superseded_reason",
        "rejected_reason",
        "unit",
    ),
    Performed: ("by", "key", "place"),
    Prediction: ("question", "criteria", "due_text", "due_reasoning", "likelihood_text", "assignee", "target_unit"),
    ProgressNote: ("recorded_by", "text"),
    ReplyRequest: ("asked_of", "asked", "reply", "waived_reason"),
    Review: (
        "desk_rating",
        "summary",
        "no_evidence_reason",
        "proposed_by",
        "reviewed_by",
        "rejected_reason",
        "ended_by",
        "ended_reason",
    ),
    Revision: ("recorded_by", "token_issued_by", "reason", "before", "after"),
    SavedSearch: ("name", "filter", "saved_by"),
    Series: ("question", "criteria"),
    Snapshot: ("recorded_by", "text"),
    Source: ("title", "url", "publisher", "byline", "published_on_note", "retracted_reason"),
    SuggestionRefusal: ("recorded_by", "reason"),
    Token: ("name", "issued_by"),
}
"""The columns with words, by the class of their rows."""

DERIVED: dict[type[SQLModel], tuple[str, ...]] = {
    Account: ("name_form",),
    Channel: ("name_form",),
    Claim: ("filter_form",),
    Claimant: ("name_form", "filter_form"),
    Collection: ("name_form", "filter_form"),
    NameKey: ("key",),
    Performed: ("request",),
    Prediction: ("filter_form", "seal"),
    SearchEntry: ("words", "said"),
    Snapshot: ("sha256",),
    Source: ("url_form", "publisher_form", "byline_form", "filter_form"),
}
"""The columns that are computed from words: they are written anew where the words are blanked."""

OF_PROGRAMS: dict[type[SQLModel], tuple[str, ...]] = {
    Account: ("recovery_hashes",),
    Announcement: ("topic",),
    Appearance: ("language", "translation_language"),
    Claimant: ("wikidata_id",),
    Checkpoint: ("root", "key", "signature"),
    Claim: ("language",),
    ClaimVector: ("model",),
    Erasure: ("digest", "salt", "fingerprint"),
    JobRun: ("job",),
    Lease: ("work", "holder"),
    MergeMove: ("record_type", "field"),
    NameKey: ("sort",),
    Outcome: ("measured",),
    Performed: ("kind",),
    Prediction: ("target_value", "target_upper", "target_tolerance"),
    Revision: ("record_type", "action", "token_prefix", "previous_hash", "hash", "salt"),
    SearchEntry: ("kind",),
    Source: ("language",),
    Token: ("prefix", "secret_hash", "scopes"),
}
"""The columns of text in which nobody writes words: terms, hashes, names of verbs. Nothing of them is ever blanked."""

ADDRESSES = {(Source, "url"), (Channel, "address")}
"""The columns in which words may stand as in an address of the web."""

UNIQUE: dict[type[SQLModel], tuple[str, tuple[str, ...]]] = {
    Account: ("name", ()),
    Claimant: ("name", ("kind",)),
    Collection: ("name", ()),
    Source: ("url", ()),
}
"""The columns of words that are unique, and the columns within which they are: two names may be blanked to the same."""

OF_FILTERS = ("byline", "assignee", "text")
"""The fields of a saved filter that hold words."""

KEYS: dict[type[SQLModel], tuple[str, ...]] = {Performed: ("by", "key", "place")}
"""The primary keys of rows that have no id."""

BY_NAME: dict[str, type[Any]] = {kind.__name__: kind for kind in WORDS}
"""The classes of rows, by the names that the history gives to kinds of records."""
