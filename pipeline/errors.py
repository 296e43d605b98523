"""The faults that a user can mend, as opposed to our own mistakes, and a request to stop."""


class BadInputError(Exception):
    """Something given to the pipeline cannot be used; the message names it, the field and the remedy in one line."""


class BadRecordingError(BadInputError):
    """One recording cannot be used; it is reported by name and left out, and the rest goes on."""


class Interrupted(Exception):  # noqa: N818 (not an error: the work is kept)
    """A stage was asked to stop; the message is one line: how far it came, and how to carry on."""
