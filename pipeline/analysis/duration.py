"""The first seconds of each performance: how much singing it takes to recognise a voice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.classification import Task
from pipeline.analysis.collection import Collection
from pipeline.analysis.neighbours import outcomes


def frames_heard(clips: Collection, clip_frames: int) -> NDArray[np.int64]:
    """Count the frames of singing heard from the start of the first clip to the end of each clip.

    Frames shared by two clips count once; frames outside all clips, where nobody sings, do not count.

    Parameters
    ----------
    clips : Collection
        The clips of a recording stand together, in the order of their starts.
    clip_frames : int
        Frames in a clip.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    opens = np.append(True, clips.recording[1:] != clips.recording[:-1])
    apart = np.diff(clips.start, prepend=0)
    new = np.where(opens, clip_frames, np.minimum(clip_frames, apart))
    total = np.cumsum(new)
    before = (total - new)[opens]
    heard: NDArray[np.int64] = total - before[np.cumsum(opens) - 1]
    return heard


def why_not_heard(clips: Collection, clip_frames: int, frames: float) -> str | None:
    """Explain why the first `frames` frames of every performance would reveal nothing; None where they may."""
    if frames < clip_frames:
        return "shorter than a clip"
    if np.all(frames_heard(clips, clip_frames) <= frames):
        return "no performance is longer"
    return None


def accuracies_heard(
    clips: Collection, clip_frames: int, frames: float, questions: Sequence[Task], bootstrap: Bootstrap
) -> dict[str, Estimate]:
    """Classify the beginning of each performance by the nearest whole performance among the others (k = 1).

    The beginning is the mean of the first clips that together last no longer than `frames`: what a listener has
    heard by then. A performance with less singing is heard whole.

    Parameters
    ----------
    clips : Collection
        As in `frames_heard`.
    clip_frames : int
        Frames in a clip.
    frames : float
        Frames that are heard, at least those of one clip.
    questions : sequence of Task
        Their labels belong to the performances, sorted by recording.
    bootstrap : Bootstrap
        Over the singers of these performances.

    Returns
    -------
    dict of str to Estimate
        By task.
    """
    whole = clips.performances().vectors
    begun = clips[frames_heard(clips, clip_frames) <= frames].performances().vectors
    return {
        task.name: bootstrap.mean(outcomes(whole, task.labels, [1], task.excluded, queries=begun)[1])
        for task in questions
    }
