"""What is kept of the use of the assistant? How many tokens a day, and nothing of any text or person."""

from datetime import date

from sqlmodel import Field, SQLModel


class AssistantUse(SQLModel, table=True):
    """How many tokens the assistant was asked for on a day: one row a day, for the bound of CLAIMKB_ASSISTANT_TOKENS_A_DAY."""

    __tablename__ = "assistant_use"

    day: date = Field(primary_key=True, description="The day, in the desk's time zone.")
    tokens: int = Field(description="What it used, and what is set aside for requests that are not answered yet.")
