"""Whether files that were heard as takes of one performance are by several singers, as those of a concert are."""

from pathlib import Path

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.likeness import find_similar
from singing_style.model import StyleModel
from singing_style.performance import Performance
from singing_style.takes import Takes, hash_takes
from singing_style.verdict import Answer, Verdict, withdrawn
from singing_style.voice_index import VoiceIndex

EACH = "to ask about each file by itself: similar --each"
# Singers to name.
NAMED = 3


def enough_alone(sound: Path | Takes, performance: Performance) -> bool:
    """Return whether takes hold so much singing that most could be judged one by one: a clip each on average."""
    files = len(sound.files) if isinstance(sound, Takes) else 1
    return files > 1 and performance.voiced_seconds >= files * performance.clip_seconds


def withdraw_if_several(
    verdict: Verdict,
    sound: Path | Takes,
    performance: Performance,
    index: VoiceIndex,
    style: StyleModel,
    *,
    progress: bool,
) -> Verdict:
    """Return a verdict, or none where the performance is of takes that are clearly by several singers."""
    if not isinstance(sound, Takes) or not enough_alone(sound, performance):
        return verdict
    apart = tell_apart(sound, index, style, progress=progress)
    return withdrawn(verdict, apart) if apart else verdict


def tell_apart(takes: Takes, index: VoiceIndex, style: StyleModel, *, progress: bool = False) -> str:
    """Ask about each take by itself, and return by whom they are, if clearly by several singers; else empty.

    Parameters
    ----------
    takes : Takes
    index : VoiceIndex
        Made with this model.
    style : StyleModel
    progress : bool, optional
        Show a progress bar on standard error.
    """
    embedded = style.embed_many(takes.files, progress=progress)
    depth = 1 if len({file.parent for file in takes.files}) == 1 else 2
    clear: dict[str, str] = {}
    for one in embedded.performances:
        try:
            contents = hash_takes(Path(one.name))
            verdict = find_similar(one, index, style.calibration, contents=contents, top=1, moments=0).verdict
        except BadInputError:  # the index holds nothing else
            return ""
        if verdict.answer is Answer.CLEAR:
            clear.setdefault(verdict.nearest, Path(*Path(one.name).parts[-depth:]).as_posix())
    if len(clear) < 2:
        return ""
    some = ", ".join(f"{file} clearly {singer}" for singer, file in list(clear.items())[:NAMED])
    more = "" if len(clear) <= NAMED else ", ..."
    return (
        f"these {counted(len(takes.files), 'file')} were heard as takes of one performance, but are by "
        f"{counted(len(clear), 'singer')} at least ({some}{more}); {EACH}"
    )
