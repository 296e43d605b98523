"""Which parameters of style a kind of vectors holds: those that a linear probe reads, beyond the chance of the singers.

A vector that finds the singer and holds neither vibrato nor articulation is a match of timbre, and has to say so.
"""

from collections.abc import Mapping

from pipeline.runtime.counting import counted

PREFIX = "style_"
UNITS = ("hz", "db", "cm", "s", "cents", "factor", "shift", "per", "octave")


def held_style(scores: Mapping[str, Mapping[str, float]]) -> tuple[list[str], list[str]]:
    """Split the parameters of style into those held and those not.

    Parameters
    ----------
    scores : mapping of str to mapping
        By target, as in metrics/probe.json: a score with the ends of its interval over singers, and its chance if that
        is not 0. Targets that are not style play no part.

    Returns
    -------
    held, not_held : list of str
        In plain words, the best first. Held are those whose lower end lies above chance.
    """
    style = {name: score for name, score in scores.items() if name.startswith(PREFIX)}
    ranked = sorted(style, key=lambda name: -style[name]["low"])
    held = [name for name in ranked if style[name]["low"] > style[name].get("chance", 0.0)]
    return [target_in_words(name) for name in held], [target_in_words(name) for name in ranked if name not in held]


def describe_held_style(vectors: str, scores: Mapping[str, Mapping[str, float]]) -> str:
    """Return a sentence about which parameters of style these vectors hold; empty where none is known.

    Examples
    --------
    >>> describe_held_style("The embedding", {"style_breathiness_db": {"r2": 0.5, "low": 0.2, "high": 0.7}})
    'The embedding holds 1 of 1 parameter of style: breathiness.'
    """
    held, not_held = held_style(scores)
    if not held and not not_held:
        return ""
    count = f"{vectors} holds {len(held)} of {counted(len(held) + len(not_held), 'parameter')} of style"
    if not held:
        return f"{count}: a linear rule reads none of them beyond chance."
    rest = f"; not {', '.join(not_held)}" if not_held else ""
    return f"{count}: {', '.join(held)}{rest}."


def target_in_words(name: str) -> str:
    """Return a target's name without prefix and units.

    Examples
    --------
    >>> target_in_words("style_vibrato_rate_hz"), target_in_words("style_singers_formant_db")
    ('vibrato rate', "singer's formant")
    """
    words = name.removeprefix(PREFIX).replace("singers_formant", "singer's_formant").split("_")
    return " ".join(word for number, word in enumerate(words) if not number or word not in UNITS)
