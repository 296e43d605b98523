"""The two faults that a user can mend, told apart from our own mistakes."""


class BadInputError(Exception):
    """Something given to the pipeline cannot be used; the message names it, the field and the remedy in one line."""


class BadRecordingError(BadInputError):
    """One recording cannot be used; it is reported by name and left out, and the rest goes on."""
