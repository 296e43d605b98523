"""What a page shows and where it comes from: its first sentences and its foot."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.runtime.counting import counted

DEMO, TABLE = "demo", "manifest"
NAMED = {DEMO: "synthetic voices of the demo choir", TABLE: "recordings of your own table"}
SHORT = 12
# A training in earnest takes hundreds of steps, that of presets/tiny.yaml four.
FEWEST_STEPS = 50
HEARD = (
    "A network has listened to other people singing other songs; every point below is singing that it had never heard."
)


@dataclass(frozen=True)
class Origin:
    """Where the page comes from; the same inputs give the same origin.

    Attributes
    ----------
    model : str
        Identity of the model.
    trained_on : str
        The corpora that it learned from.
    source : str
        What was mapped, and of which date.
    commit : str
        The commit, or the version, of the program.
    """

    model: str
    trained_on: str
    source: str
    commit: str

    def lines(self) -> list[str]:
        """List what the foot says."""
        return [f"Model {self.model[:SHORT]}, trained on {self.trained_on}", self.source, self.commit]


def recorded(corpora: Sequence[str]) -> str:
    """Name what was recorded in corpora, as the beginning of a sentence.

    Examples
    --------
    >>> recorded(["demo", "vocalset"])
    'Synthetic voices of the demo choir, and recordings of the corpus vocalset'
    """
    named = corpora_in_words(corpora)
    return named[:1].upper() + named[1:]


def corpora_in_words(corpora: Sequence[str]) -> str:
    """Name what was recorded in corpora, within a sentence."""
    return ", and ".join(NAMED.get(name, f"recordings of the corpus {name}") for name in corpora)


def lead(what: str, performances: int, singers: int, songs: int) -> str:
    """Describe what was recorded, and count it; songs that are not known are not counted.

    Examples
    --------
    >>> lead("The recordings of choir.npz", 3, 2, 1)
    'The recordings of choir.npz: 3 performances by 2 singers of 1 song.'
    """
    counts = f"{counted(performances, 'performance')} by {counted(singers, 'singer')}"
    of_songs = f" of {counted(songs, 'song')}" if songs else ""
    return f"{what}: {counts}{of_songs}."


def learned(singers: int, steps: int) -> str:
    """Describe what the network had heard before; after a handful of steps, say first that it has learned nothing.

    Parameters
    ----------
    singers : int
        On the page.
    steps : int
        Of the training.

    Examples
    --------
    >>> learned(4, 4).partition(";")[0]
    '4 singers, 4 steps of training: far too few to learn anything'
    """
    if steps >= FEWEST_STEPS:
        return HEARD
    return (
        f"{counted(singers, 'singer')}, {counted(steps, 'step')} of training: far too few to learn anything; this page "
        "shows only what results look like."
    )
