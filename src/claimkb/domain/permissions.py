"""Who may do what? One page of policy, which every surface shares because the verbs themselves carry it."""

from claimkb.domain.record import Term


class Role(Term):
    """What an account is trusted with."""

    READER = "READER", "Reads."
    REPORTER = "REPORTER", "Records and corrects sources, claims, predictions and evidence, and resolves predictions."
    EDITOR = "EDITOR", "Also reopens, withdraws, snoozes, restores, retracts, moves due dates and runs the job."
    ADMIN = "ADMIN", "Also administers accounts and settings."


class Permission(Term):
    """Something that an account may be allowed to do."""

    READ = "READ", "Read what is recorded."
    RECORD = "RECORD", "Record sources, claimants, claims, appearances, evidence, relations and predictions."
    UPDATE = "UPDATE", "Correct what is recorded."
    RESOLVE = "RESOLVE", "Say what happened: resolve a prediction."
    REOPEN = "REOPEN", "Reopen a resolved prediction."
    MOVE_DUE_DATE = "MOVE_DUE_DATE", "Move a prediction's due date."
    WITHDRAW = "WITHDRAW", "Withdraw a prediction from tracking."
    RESTORE = "RESTORE", "Restore a withdrawn prediction."
    SNOOZE = "SNOOZE", "Put off the day on which to look again at a prediction without a due date."
    RETRACT = "RETRACT", "Retract a claim that was recorded in error, and restore it."
    FLAG = "FLAG", "Run the job that flags overdue predictions."


_READER = frozenset({Permission.READ})
_REPORTER = _READER | {Permission.RECORD, Permission.UPDATE, Permission.RESOLVE}
_EDITOR = _REPORTER | {
    Permission.REOPEN,
    Permission.MOVE_DUE_DATE,
    Permission.WITHDRAW,
    Permission.RESTORE,
    Permission.SNOOZE,
    Permission.RETRACT,
    Permission.FLAG,
}

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.REPORTER: _REPORTER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _EDITOR,
}
