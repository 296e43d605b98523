"""RAVDESS song (Livingstone & Russo 2018): two lyrics sung with six emotions, trials joined into performances.

From https://zenodo.org/records/1188976, Audio_Song_Actors_01-24.zip (CC BY-NC-SA 4.0). Unpack it, then ``make corpus
NAME=ravdess-song FROM=...``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.corpora.gathering import Loaded
from pipeline.corpora.joining import read_voice, write_joined
from pipeline.corpora.splits.split import Splitter
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import Done, Input, LeftOut, Output, for_each_recording
from pipeline.runtime.scratch import Scratch

SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".mp3", ".m4a"})
LYRICS = {"01": "kids", "02": "dogs"}
EMOTIONS = {"01": "neutral", "02": "calm", "03": "happy", "04": "sad", "05": "angry", "06": "fearful"}
MELODIES = {
    "neutral": "neutral",
    "calm": "major",
    "happy": "major",
    "sad": "minor",
    "angry": "minor",
    "fearful": "minor",
}
# At a trial's ends, frames this much quieter than the loudest one are silence: keeps 2.0 to 4.4 s of about 4.6
TRIM_DB = 40.0

_NAME = re.compile(
    r"03-(?P<channel>0[12])-(?P<emotion>0[1-8])-(?P<intensity>0[12])"
    r"-(?P<lyrics>0[12])-(?P<repetition>0[12])-(?P<actor>\d\d)"
)
_SPEECH = "01"


@dataclass(frozen=True)
class Trial:
    """One recorded phrase, as described by its file name."""

    file: Path
    singer: str
    sex: str
    lyrics: str
    emotion: str
    order: tuple[str, str]

    @property
    def song(self) -> str:
        """Lyrics and melody; each emotion has its melody."""
        return f"{self.lyrics}_{MELODIES[self.emotion]}"

    @property
    def performance(self) -> str:
        """The performance that the trial belongs to, given by singer, lyrics and emotion."""
        return f"{self.singer}_{self.lyrics}_{self.emotion}"


def load(
    raw: Path,
    corpus: Path,
    *,
    split: Splitter,
    max_bad_share: float,
    scratch: Scratch | None = None,
) -> Loaded:
    """Join the sung trials into performances and split them.

    A performance joins the trials of one (singer, lyrics, emotion), by intensity and repetition, each without its
    leading and trailing silence, with short gaps between them. A song is lyrics and melody: there are six. All singers
    sang all of them, so every way of dividing the songs gives the same number of performances; the balanced split
    chooses the one in which the least recorded part was recorded most (four performances of a singer's twelve in each
    part), and of these the first by its test set: the major melody with both lyrics, which is unseen in training.

    Parameters
    ----------
    raw : Path
        The folder as downloaded: ``Actor_NN/03-02-EE-II-SS-RR-AA.wav``, at any depth; speech is skipped.
    corpus : Path
        Where ``audio/`` is written.
    split : callable
        Splits singers and songs, with men and women in equal proportions; see `pipeline.corpora.splits.split`.
    max_bad_share : float
        Share of trials, and of performances, that may be unreadable, 0 to 1.
    scratch : Scratch, optional
        See `for_each_recording`.

    Raises
    ------
    BadInputError
        There are no sung trials, too many are unreadable, or too few singers sang all songs of a part.
    """
    trials, left_out, speech = find_trials(raw)
    if not trials:
        raise BadInputError(f"{raw}: no sung trials (Actor_NN/03-02-EE-II-SS-RR-AA.wav); use the RAVDESS song set")
    bounds = for_each_recording(
        find_phrase,
        [trial.file.stem for trial in trials],
        [(Input(trial.file.absolute()),) for trial in trials],
        label="finding the voice",
        max_bad_share=max_bad_share,
        scratch=scratch,
    )
    sung = [trial for trial in trials if trial.file.stem in bounds.results]
    performances = tabulate(sung)
    parted = split(
        performances,
        source=str(raw),
        kinds=dict(zip(performances["singer"], performances["style_sex"], strict=True)),
    )
    chosen = parted.assign(performances)
    joined = _join_all(chosen, sung, bounds.results, corpus, max_bad_share, scratch)
    return Loaded(
        chosen[chosen["recording"].isin(joined.results)],
        [*left_out, *bounds.left_out, *joined.left_out],
        f"{parted.report()}\n{counted(speech, 'speech recording is', 'speech recordings are')} skipped; "
        f"{len(performances) - len(chosen)} of {counted(len(performances), 'performance')} fit no part of the split",
    )


def find_trials(raw: Path) -> tuple[list[Trial], list[LeftOut], int]:
    """Find the sung trials by their file names, whatever the folders.

    Returns
    -------
    trials : list of Trial
        In the order of their names.
    left_out : list of LeftOut
        Recordings with other names, and repeated copies of a trial.
    speech : int
        Number of spoken trials.
    """
    files = [file for file in raw.rglob("*") if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")]
    trials: dict[str, Trial] = {}
    left_out: list[LeftOut] = []
    speech = 0
    for file in sorted(files, key=lambda file: (file.stem, file.relative_to(raw).as_posix())):
        name = file.relative_to(raw).as_posix()
        fields = _NAME.fullmatch(file.stem)
        if fields and fields["channel"] == _SPEECH:
            speech += 1
        elif not fields or fields["emotion"] not in EMOTIONS or fields["actor"] == "00":
            left_out.append(LeftOut(name, "not the name of a sung RAVDESS trial, 03-02-EE-II-SS-RR-AA"))
        elif file.stem in trials:
            left_out.append(LeftOut(name, f"the same trial as {trials[file.stem].file.relative_to(raw).as_posix()}"))
        else:
            trials[file.stem] = _trial(file, fields.groupdict())
    return list(trials.values()), left_out, speech


def tabulate(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return the table of performances, sorted by recording: the manifest without its column split."""
    of_performance = {trial.performance: trial for trial in trials}
    return pd.DataFrame(
        [
            {
                "recording": name,
                "path": f"audio/{name}.flac",
                "singer": trial.singer,
                "song": trial.song,
                "style_emotion": trial.emotion,
                "style_sex": trial.sex,
            }
            for name, trial in sorted(of_performance.items())
        ]
    )


def find_phrase(file: Path) -> tuple[int, int]:
    """Find where the sung phrase begins and ends.

    Returns
    -------
    start, end : int
        In samples, at the file's own rate.

    Raises
    ------
    BadRecordingError
        The file cannot be decoded, or is silent.
    """
    import librosa

    samples, _ = read_voice(file, None)
    if not samples.any():
        raise BadRecordingError("silent")
    _, (start, end) = librosa.effects.trim(samples, top_db=TRIM_DB)
    return int(start), int(end)


def join(target: Path, bounds: Sequence[tuple[int, int]], *files: Path) -> None:
    """Write a performance: the sung part of each trial, with short gaps between them.

    Parameters
    ----------
    target : Path
        The FLAC file to write, at the trials' sampling rate.
    bounds : sequence of (int, int)
        Where the phrase begins and ends in each trial.
    *files : Path
        The trials' files.

    Raises
    ------
    BadRecordingError
        The trials differ in sampling rate.
    """
    phrases, rates = [], []
    for file, (start, end) in zip(files, bounds, strict=True):
        samples, rate = read_voice(file, None)
        rates.append(rate)
        phrases.append(samples[start:end])
    write_joined(phrases, rates, target)


def _trial(file: Path, fields: Mapping[str, str]) -> Trial:
    return Trial(
        file=file,
        singer=f"ravdess_{fields['actor']}",
        sex="male" if int(fields["actor"]) % 2 else "female",
        lyrics=LYRICS[fields["lyrics"]],
        emotion=EMOTIONS[fields["emotion"]],
        order=(fields["intensity"], fields["repetition"]),
    )


def _join_all(
    performances: pd.DataFrame,
    trials: Sequence[Trial],
    bounds: Mapping[str, tuple[int, int]],
    corpus: Path,
    max_bad_share: float,
    scratch: Scratch | None,
) -> Done[None]:
    """Join the trials of every performance."""
    parts = [_parts(trials, bounds, name) for name in performances["recording"]]
    targets = [Output(corpus.absolute() / path) for path in performances["path"]]
    (corpus / "audio").mkdir(parents=True, exist_ok=True)
    return for_each_recording(
        join,
        list(performances["recording"]),
        [
            (target, [ends for _, ends in part], *(Input(file) for file, _ in part))
            for target, part in zip(targets, parts, strict=True)
        ],
        label="joining trials",
        max_bad_share=max_bad_share,
        scratch=scratch,
    )


def _parts(
    trials: Sequence[Trial], bounds: Mapping[str, tuple[int, int]], performance: str
) -> list[tuple[Path, tuple[int, int]]]:
    own = sorted((trial for trial in trials if trial.performance == performance), key=lambda trial: trial.order)
    return [(trial.file.absolute(), bounds[trial.file.stem]) for trial in own]
