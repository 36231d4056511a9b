"""Who may do what? One page of policy, which every surface shares because the verbs themselves carry it."""

from claimkb.domain.record import Term


class Role(Term):
    """What an account is trusted with."""

    READER = "READER", "Reads, also the text of snapshots."
    REPORTER = (
        "REPORTER",
        "Records and corrects sources, claims, predictions and evidence, resolves predictions, reviews claims.",
    )
    EDITOR = (
        "EDITOR",
        "Also confirms what others propose, reopens, withdraws, snoozes, restores, retracts, merges, moves dates and runs the job.",
    )
    ADMIN = "ADMIN", "Also administers accounts and tokens."


class Scope(Term):
    """What a token may be used for. A token never allows more than its account's role."""

    READ = "READ", "Read. Every token has it."
    RECORD = "RECORD", "Record, correct, retract and merge."
    RESOLVE = "RESOLVE", "Say what happened, all else that moves a prediction through its life, and review claims."
    ADMIN = "ADMIN", "Administer accounts and tokens."


class Permission(Term):
    """Something that an account may be allowed to do."""

    READ = "READ", "Read what is recorded."
    READ_TEXT = "READ_TEXT", "Read the text of a snapshot: it is somebody's article, so it takes an account."
    FOLLOW = "FOLLOW", "Make keys for feeds and calendars, and tokens of your own: it takes an account."
    RECORD = "RECORD", "Record sources, claimants, claims, appearances, evidence, relations and predictions."
    UPDATE = "UPDATE", "Correct what is recorded."
    RESOLVE = "RESOLVE", "Say what happened: resolve a prediction."
    REVIEW = "REVIEW", "Say what was found about a claim that is not about the future."
    CONFIRM = "CONFIRM", "Confirm or reject an outcome or a review that another person proposes."
    ASSIGN = "ASSIGN", "Say who looks after a prediction."
    WAIVE = "WAIVE", "Go on without a reply that was asked for."
    REOPEN = "REOPEN", "Reopen a resolved prediction."
    MOVE_DUE_DATE = "MOVE_DUE_DATE", "Move a prediction's due date."
    WITHDRAW = "WITHDRAW", "Withdraw a prediction from tracking, or a review."
    RESTORE = "RESTORE", "Restore a withdrawn prediction."
    SNOOZE = "SNOOZE", "Put off the day on which to look again at a prediction without a due date."
    RETRACT = "RETRACT", "Retract what was recorded in error, and restore it."
    MERGE = "MERGE", "Say that two claimants are one, and take that back."
    FLAG = "FLAG", "Run the job that flags overdue predictions."
    ADMINISTER = "ADMINISTER", "Make, change and close accounts; issue and revoke tokens."


_READER = frozenset({Permission.READ, Permission.READ_TEXT, Permission.FOLLOW})
_REPORTER = _READER | {Permission.RECORD, Permission.UPDATE, Permission.RESOLVE, Permission.REVIEW, Permission.ASSIGN}
_EDITOR = _REPORTER | {
    Permission.CONFIRM,
    Permission.WAIVE,
    Permission.REOPEN,
    Permission.MOVE_DUE_DATE,
    Permission.WITHDRAW,
    Permission.RESTORE,
    Permission.SNOOZE,
    Permission.RETRACT,
    Permission.MERGE,
    Permission.FLAG,
}

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.REPORTER: _REPORTER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _EDITOR | {Permission.ADMINISTER},
}
"""The permissions of each role."""

SCOPED: dict[Scope, frozenset[Permission]] = {
    Scope.READ: _READER,
    Scope.RECORD: frozenset({Permission.RECORD, Permission.UPDATE, Permission.RETRACT, Permission.MERGE}),
    Scope.RESOLVE: frozenset(
        {
            Permission.RESOLVE,
            Permission.REVIEW,
            Permission.CONFIRM,
            Permission.ASSIGN,
            Permission.WAIVE,
            Permission.REOPEN,
            Permission.MOVE_DUE_DATE,
            Permission.WITHDRAW,
            Permission.RESTORE,
            Permission.SNOOZE,
            Permission.FLAG,
        }
    ),
    Scope.ADMIN: frozenset({Permission.ADMINISTER}),
}
"""The permissions that each scope of a token leaves of its role's. Every permission is in exactly one scope."""

PRIVATE = frozenset({"Account", "Token", "Channel", "Checkpoint", "Delivery"})
"""The kinds of records that are shown, with their history, to those alone who may ADMINISTER."""

EVERYTHING = frozenset(Permission)
