"""How much may one request ask for? Each limit is a setting with a safe default; the settings add `CLAIMKB_` to its name."""

from pydantic import BaseModel, Field


class Limits(BaseModel):
    """The limits of the API. A request that exceeds one is refused before anything is executed, with the numbers."""

    max_head_bytes: int = Field(default=65_536, ge=1, description="The bytes of a request's head, its address and headers.")
    max_body_bytes: int = Field(default=1_000_000, ge=1, description="The bytes of a request's body; an article may be in it.")
    max_document_bytes: int = Field(default=20_000, ge=1, description="The bytes of a GraphQL document.")
    max_tokens: int = Field(default=4_000, ge=1, description="The tokens of a document.")
    max_depth: int = Field(default=20, ge=1, description="How deep fields are nested.")
    max_aliases: int = Field(default=100, ge=0, description="The aliases in a document.")
    max_repeats: int = Field(default=20, ge=1, description="How often one selection may name the same field.")
    max_directives: int = Field(default=50, ge=0, description="The directives in a document.")
    max_fragments: int = Field(default=100, ge=0, description="The fragments in a document; each may be spread five times.")
    max_operations: int = Field(default=20, ge=1, description="The operations in a document.")
    max_cost: int = Field(default=10_000, ge=1, description="The cost of an operation: about the rows that it asks for.")
    max_fields: int = Field(default=50_000, ge=1, description="The values of an answer, had every list as many rows as asked for.")
    max_answer_characters: int = Field(default=10_000_000, ge=1, description="The characters of the texts in an answer.")
    max_values: int = Field(default=6_000, ge=1, description="The values in the variables of an operation, those of lists counted.")
    max_batch: int = Field(default=0, ge=0, description="The operations in one request; 0 refuses batches.")
    statement_seconds: float = Field(default=2, gt=0, description="How long one read may take before it is cancelled.")
    request_seconds: float = Field(default=10, gt=0, description="How long one request may take before what it does is cancelled.")
    head_seconds: float = Field(default=10, gt=0, description="How long a client may take to send the head of a request.")
    read_seconds: float = Field(default=60, gt=0, description="How long a client may leave an answer unread.")
    rate_cost: int = Field(default=100_000, ge=1, description="The cost that one token, or address without one, may run up.")
    rate_cost_per_second: int = Field(default=2_000, ge=1, description="The cost that it gets back each second.")
    max_guesses: int = Field(default=20, ge=1, description="The wrong tokens, and the passwords, that one address may try at once.")
    guesses_per_minute: float = Field(default=20, gt=0, description="How many more it may try each minute.")
    max_sockets: int = Field(default=500, ge=0, description="The subscribers' connections that are open at once.")
    max_sockets_per_address: int = Field(
        default=100, ge=0, description="Of these, how many one account, or address without one, has."
    )
    max_socket_operations: int = Field(default=20, ge=1, description="The operations that run at once on one WebSocket.")
    socket_init_seconds: float = Field(default=10, gt=0, description="How long a WebSocket may wait with its connection_init.")
    socket_idle_seconds: float = Field(default=300, gt=0, description="How long a WebSocket may stay without an operation.")
    socket_send_seconds: float = Field(default=10, gt=0, description="How long a subscriber may take to read what it is sent.")
