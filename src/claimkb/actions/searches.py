"""Follow predictions: save searches, and make the keys by which feeds and calendars are read."""

from datetime import date

from pydantic import Field as Rule

from claimkb.actions.accounts import issue, made_with
from claimkb.actions.work import Work, needs
from claimkb.domain import Account, SavedSearch, Token, following, token
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, ExpectedVersion, Name, Reason
from claimkb.domain.reference import SavedSearchId, TokenId
from claimkb.domain.token import TokenKind
from claimkb.store import accounts
from claimkb.store.engine import records
from claimkb.store.predictions import PredictionFilter


class SaveSearch(Command):
    """What to save under which name."""

    name: Name = Rule(description="What it is called, such as: overdue promises of ministers.")
    filter: PredictionFilter = Rule(description="Which predictions.")


class ForgetSearch(Command):
    """Which saved search not to list any more, and why."""

    saved_search_id: SavedSearchId
    reason: Reason
    expected_version: ExpectedVersion | None = None


class CreateFeedKey(Command):
    """What to make a key for."""

    name: Name = Rule(description="What it is for, such as: the calendar of my phone.")
    expires_on: date | None = Rule(
        default=None, description="The last day on which it works, in UTC; a year from today if left out."
    )


class RevokeFeedKey(Command):
    """Which of your keys to revoke, and why."""

    token_id: TokenId
    reason: Reason


@needs(Permission.RECORD)
def save_search(work: Work, command: SaveSearch) -> SavedSearch:
    """Save a search for predictions under a name, to be followed by a feed or a calendar and asked again over the API."""
    written = command.filter.model_dump_json(exclude_unset=True)
    return work.add(SavedSearch(name=command.name, filter=written, saved_by=work.actor.name))


@needs(Permission.RECORD)
def forget_search(work: Work, command: ForgetSearch) -> SavedSearch:
    """List a saved search no more. Feeds and calendars of it go on."""
    search = work.to_change(SavedSearch, command.saved_search_id, "saved_search_id", command.expected_version)
    following.forget(search, work.now)
    return search


@needs(Permission.FOLLOW, recently=True)
def create_feed_key(work: Work, command: CreateFeedKey) -> Token:
    """Make a key of your own for the addresses of feeds and calendars. It opens nothing else, and is shown in this answer only."""
    following.check_may_follow(work.actor)
    owner = records.get(work.session, Account, work.actor.account_id)
    token.check_few_keys(accounts.tokens_of(work.session, owner.id, TokenKind.FEED), work.now)
    expires_on = token.last_day_of_key(command.expires_on, work.now.date(), made_with(work))
    return issue(work, owner, name=command.name, kind=TokenKind.FEED, scopes=token.scopes_of([]), expires_on=expires_on)


@needs(Permission.FOLLOW)
def revoke_feed_key(work: Work, command: RevokeFeedKey) -> Token:
    """Make a key of your own useless from now on: whoever has the address reads nothing any more."""
    revoked = work.to_change(Token, command.token_id, "token_id", None)
    following.check_own_key(revoked, work.actor)
    token.revoke(revoked, work.now)
    return revoked
