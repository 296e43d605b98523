"""The embedded corpus: a source-filter choir sings public-domain melodies.

Balanced as DAMP is (paper 3.1): no singer and no song in more than one part, and every singer of a part sings all songs
of that part, once. As the singers' style is known, the table says it, in columns that start with ``style_``.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.choir.channel import draw_channel, transmit
from pipeline.choir.effort import vary_effort
from pipeline.choir.performance import RATE, sing
from pipeline.choir.score import Score, read_scores
from pipeline.choir.singer import Singer, Voices, draw_singer
from pipeline.corpora.schema import SPLITS
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import Output, for_each_recording
from pipeline.runtime.scratch import Scratch

SINGERS_SEED, SONGS_SEED = 11, 15
# FLAC makes less of it, by how much depends on the voice.
BYTES_PER_SAMPLE = 2


@dataclass(frozen=True)
class Variety:
    """How unlike voices, performances of one voice, and recording channels are.

    Attributes
    ----------
    voices : {"alike", "mixed"}
        See `pipeline.choir.singer.draw_singer`.
    effort : float
        See `pipeline.choir.effort.vary_effort`.
    channel : float
        See `pipeline.choir.channel.draw_channel`.
    """

    voices: Voices = "mixed"
    effort: float = 0.0
    channel: float = 1.0


@dataclass(frozen=True)
class Casting:
    """Who sings what: one recording to render, with the seeds of the singer and of this performance."""

    recording: str
    singer: str
    song: str
    split: str
    score: Score
    singer_seed: tuple[int, ...]
    performance_seed: tuple[int, ...]
    variety: Variety

    def voice(self) -> Singer:
        """Draw the singer, the same one for all of the singer's songs."""
        return draw_singer(np.random.default_rng(self.singer_seed), self.variety.voices)

    def performing_voice(self) -> Singer:
        """Draw the singer's style in this performance."""
        effort_seed = (*self.performance_seed, 1)
        return vary_effort(self.voice(), self.variety.effort, np.random.default_rng(effort_seed))


def render(
    scores: Path,
    out: Path,
    *,
    singers: Mapping[str, int],
    songs: Mapping[str, int],
    seconds: float,
    seed: int,
    variety: Variety = Variety(),
    max_bad_share: float,
    scratch: Scratch | None = None,
) -> pd.DataFrame:
    """Render the corpus, in parallel.

    Parameters
    ----------
    scores : Path
        Folder of ``*.score`` files; the seed decides which are the songs of train, of validation and of test.
    out : Path
        Gets ``audio/<recording>.flac``, mono, 22 050 Hz, 16 bit.
    singers, songs : mapping of str to int
        How many in each of train, validation and test.
    seconds : float
        Length of each recording.
    seed : int
        Root of all draws. A singer depends on the seed, the part and the singer's number in it only, and a
        recording on the song and its number besides: more singers leave the others as they are.
    variety : Variety, optional
    max_bad_share, scratch
        See `for_each_recording`.

    Returns
    -------
    pandas.DataFrame
        The manifest: recording, path, singer, song, split, and the columns of style; sorted by recording.

    Raises
    ------
    BadInputError
        A score is faulty, there are fewer scores than songs asked for, or the disk has no room for the recordings.
    """
    _check_room(out, sum(singers[split] * songs[split] for split in SPLITS), seconds)
    castings = cast(read_scores(scores), source=str(scores), singers=singers, songs=songs, seed=seed, variety=variety)
    (out / "audio").mkdir(parents=True, exist_ok=True)
    done = for_each_recording(
        record,
        [casting.recording for casting in castings],
        [(casting, seconds, Output(out.absolute() / _path(casting))) for casting in castings],
        label="singing",
        max_bad_share=max_bad_share,
        scratch=scratch,
    )
    rows = [_row(casting) for casting in castings if casting.recording in done.results]
    return pd.DataFrame(rows).sort_values("recording", ignore_index=True)


def _check_room(out: Path, recordings: int, seconds: float) -> None:
    """Refuse more recordings than fit on the disk, before the list of them fills the memory."""
    each = round(seconds * RATE) * BYTES_PER_SAMPLE
    free = shutil.disk_usage(next(folder for folder in (out, *out.absolute().parents) if folder.is_dir())).free
    if recordings * each > free:
        raise BadInputError(
            f"corpus.demo.singers: {counted(recordings, 'recording')} (singers x songs) of {seconds:g} s take up to "
            f"{recordings * each / 1e9:.1f} GB, {out} has {free / 1e9:.1f} GB free; at most {free // each} fit: "
            "ask for fewer singers, songs or seconds"
        )


def cast(
    scores: list[Score],
    *,
    source: str,
    singers: Mapping[str, int],
    songs: Mapping[str, int],
    seed: int,
    variety: Variety,
) -> list[Casting]:
    """Deal songs and singers to the parts; see `render`."""
    wanted = sum(songs[split] for split in SPLITS)
    if len(scores) < wanted:
        raise BadInputError(
            f"{source}: {counted(len(scores), 'score')} (*.score) for {counted(wanted, 'song')}; "
            f"ask for at most {len(scores)} in corpus.demo.songs or add scores"
        )
    castings = []
    repertoire = _deal(scores, songs, np.random.default_rng([seed, SONGS_SEED]))
    for part, split in enumerate(SPLITS):
        for number in range(singers[split]):
            singer = f"{split}{number:03d}"
            for song_number, score in enumerate(repertoire[split]):
                castings.append(
                    Casting(
                        recording=f"{singer}-{score.name}",
                        singer=singer,
                        song=score.name,
                        split=split,
                        score=score,
                        singer_seed=(seed, SINGERS_SEED, part, number),
                        performance_seed=(seed, SINGERS_SEED, part, number, 1 + song_number),
                        variety=variety,
                    )
                )
    return castings


def _deal(scores: list[Score], songs: Mapping[str, int], rng: np.random.Generator) -> dict[str, list[Score]]:
    """Deal shuffled songs, to the test part first: more songs to train on leave it as it is."""
    left = iter([scores[at] for at in rng.permutation(len(scores))])
    return {split: [next(left) for _ in range(songs[split])] for split in reversed(SPLITS)}


def record(casting: Casting, seconds: float, path: Path) -> None:
    """Sing one performance, record it through a channel of its own and write it as FLAC."""
    import soundfile

    rng = np.random.default_rng(casting.performance_seed)
    voice = sing(casting.score, casting.performing_voice(), seconds, rng)
    channel = draw_channel(rng, casting.variety.channel)
    soundfile.write(path, transmit(voice, channel, RATE, rng), RATE, subtype="PCM_16")


def _path(casting: Casting) -> str:
    return f"audio/{casting.recording}.flac"


def _row(casting: Casting) -> dict[str, object]:
    row: dict[str, object] = {"recording": casting.recording, "path": _path(casting)}
    row |= {"singer": casting.singer, "song": casting.song, "split": casting.split}
    return row | casting.voice().style()
