"""In which order was what we tell subscribers committed? A numbered line for each flag, outcome and revision."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from claimkb.domain.record import Term

Counting = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""The type of a key that the database counts up."""


class Topic(Term):
    """What can be subscribed to."""

    FLAG = "FLAG", "The job flagged a prediction, or a flag applies again."
    OUTCOME = "OUTCOME", "An outcome was recorded."
    REVISION = "REVISION", "A record was added or changed."


CHANGE = "CHANGE"
"""The topic under which a revision is announced once more where programs are told of what it changed. Nobody subscribes to it."""

PRIVATE_REVISION = "PRIVATE"
"""The topic of revisions that only administrators see, which have their place too. Nobody subscribes to it."""

OF_REVISIONS = (Topic.REVISION, PRIVATE_REVISION)
"""The topics one of which announces each revision."""


class Announcement(SQLModel, table=True):
    """One line of what subscribers are told. Positions follow the order of the commits, so that none is missed."""

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_record_id", "topic", "record_id"), Index("ix_announcement_topic", "topic", "position"))

    position: int = Field(default=None, primary_key=True, sa_type=Counting, description="Its place in the order of the commits.")
    topic: str = Field(sa_type=sa.String(20), description="What happened.")
    record_id: UUID = Field(description="The flag, the outcome or the revision.")
