"""How many of a thing, in the words of a message: only one is singular."""


def counted(number: int, thing: str, things: str = "") -> str:
    """Count in words.

    Parameters
    ----------
    number : int
    thing : str
        One of them, with its verb where one follows: ``recording is``.
    things : str, optional
        Several, or none; by default the same with an s.

    Examples
    --------
    >>> counted(1, "take"), counted(0, "take"), counted(2, "recording is", "recordings are")
    ('1 take', '0 takes', '2 recordings are')
    """
    return f"{number} {thing if number == 1 else things or f'{thing}s'}"
