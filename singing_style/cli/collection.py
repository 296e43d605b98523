"""The collection that a recording is compared with: an index, or the recordings themselves, heard for this one time."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.runtime.counting import counted
from singing_style.cli.console import list_failed, list_lost, list_passed_over, warn

if TYPE_CHECKING:
    from singing_style.model import StyleModel
    from singing_style.roster import Roster
    from singing_style.voice_index import VoiceIndex


@dataclass(frozen=True)
class Collection:
    """Known singers, as named on the command line.

    Attributes
    ----------
    place : Path
        The index, or the folder of recordings.
    held : VoiceIndex or Roster
        What it holds; of a folder nothing has been heard yet.
    model : Path or None
        The file of the model that is to hear it, where one was named.
    """

    place: Path
    held: "VoiceIndex | Roster"
    model: Path | None

    def heard_by(self, style: "StyleModel", *, progress: bool) -> "tuple[VoiceIndex, dict[str, str]]":
        """Return the index, or listen to the recordings and say on standard error what was left out.

        Parameters
        ----------
        style : StyleModel
        progress : bool
            Show a progress bar on standard error.

        Returns
        -------
        index : VoiceIndex
        failed : dict of str to str
            Why a recording could not be used, by path.

        Raises
        ------
        BadInputError
            The index belongs to another model, or none of the recordings can be used.
        """
        from singing_style.indexing import index_voices
        from singing_style.voice_index import VoiceIndex

        if isinstance(self.held, VoiceIndex):
            self.held.check_model(style.identity, self.place)
            return self.held, {}
        done = index_voices(style, self.held, progress=progress)
        list_passed_over(self.held.passed_over)
        with_model = f" --model {shlex.quote(str(self.model))}" if self.model else ""
        index = f"singing-style index {shlex.quote(str(self.place))} -o NEW.npz{with_model}"
        list_failed(done.failed, done.short, f"to hear takes of one performance together: {index} --join")
        list_lost(done.lost)
        warn(f"{counted(done.heard, 'recording')} heard for this one time; to keep what was heard: {index}")
        return done.index, done.failed


def read_collection(place: Path, model: Path | None) -> Collection:
    """Read an index, or who sings in which file of a folder.

    Raises
    ------
    BadInputError
        It is missing, damaged, or neither.
    """
    from singing_style.roster import read_roster
    from singing_style.voice_index import VoiceIndex

    if place.is_dir():
        return Collection(place, read_roster(place).checked(), model)
    return Collection(place, VoiceIndex.load(place), model)
