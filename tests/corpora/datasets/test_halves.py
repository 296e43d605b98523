from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import decode
from pipeline.corpora.datasets.halves import QUIET_SECONDS, find_cut, load, tabulate
from pipeline.corpora.gathering import Loaded
from pipeline.corpora.schema import validate_manifest
from pipeline.corpora.splits.by_singers import split_by_singers
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut
from pipeline.runtime.scratch import Scratch

RATE = 1000
SECONDS = 12


def sung(rest: float) -> np.ndarray:
    """A loud recording that rests for 0.3 s from the given second on."""
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, SECONDS * RATE).astype(np.float32)
    samples[round(rest * RATE) : round((rest + 0.3) * RATE)] *= 0.01
    return samples


def bring_in(raw: Path, names: list[str]) -> None:
    for at, name in enumerate(names):
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(raw / name, sung(5.0 + at / 10), RATE)


def loaded(raw: Path, corpus: Path, **more: Scratch) -> Loaded:
    shares = {"train": 0.34, "validation": 0.33, "test": 0.33}
    split = partial(split_by_singers, singer_shares=shares, rng=np.random.default_rng(0))
    return load(raw, corpus, split=split, max_bad_share=0.2, **more)


NAMES = ["a.wav", "b.wav", "deep/b.wav", "c d.wav", "Ann.wav", "ann.flac"]


@pytest.mark.slow
def test_every_recording_is_a_singer_of_two_songs(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", NAMES)
    corpus = loaded(tmp_path / "raw", tmp_path / "corpus")
    table = corpus.manifest
    validate_manifest(table, "corpus")
    assert len(table) == 12
    assert table["singer"].str.casefold().nunique() == 6
    assert table["song"].nunique() == 12
    assert table.groupby("singer")["split"].nunique().max() == 1
    assert table.groupby("split")["singer"].nunique().to_dict() == {"train": 2, "validation": 2, "test": 2}
    row = table.set_index("recording").loc["c-d-second"]
    assert (row["singer"], row["song"]) == ("c-d", "c-d, second half")
    assert corpus.left_out == []


@pytest.mark.slow
def test_the_halves_are_the_whole_and_share_nothing(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", NAMES)
    loaded(tmp_path / "raw", tmp_path / "corpus")
    whole, _ = soundfile.read(tmp_path / "raw/b.wav", dtype="float32")
    halves = [decode(tmp_path / f"corpus/audio/b-{half}.flac")[0][:, 0] for half in ("first", "second")]
    np.testing.assert_allclose(np.concatenate(halves), whole, atol=2**-23)
    assert 5.1 <= len(halves[0]) / RATE <= 5.4


def test_the_cut_lies_in_the_rest_that_is_closest_to_the_middle() -> None:
    assert 6.9 <= find_cut(sung(6.9), RATE) / RATE <= 7.2
    two = sung(4.5) * np.where(np.arange(SECONDS * RATE) // 300 == 22, 0.01, 1)  # rests from 4.5 and from 6.6 s
    two[4500:4800] = two[6600:6900] = 0
    assert find_cut(two.astype(np.float32), RATE) == 6600 + round(QUIET_SECONDS * RATE) // 2


def test_a_rest_far_from_the_middle_is_not_looked_for() -> None:
    assert 4.0 <= find_cut(sung(1.0), RATE) / RATE <= 8.0
    assert find_cut(np.zeros(SECONDS * RATE, np.float32), RATE) == SECONDS * RATE // 2


def test_a_recording_of_a_second_is_cut_within_its_middle_half() -> None:
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, RATE).astype(np.float32)
    assert 0.25 * RATE <= find_cut(samples, RATE) <= 0.75 * RATE


def test_what_cannot_be_cut_is_left_out_whole(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", [*NAMES, "e.wav", "f.wav"])
    soundfile.write(tmp_path / "raw/e.wav", np.zeros(RATE // 2), RATE)
    corpus = loaded(tmp_path / "raw", tmp_path / "corpus")
    assert corpus.left_out == [LeftOut("e", "0.50 s, too short to be cut into halves")]
    assert len(corpus.manifest) == 14
    assert "e" not in set(corpus.manifest["singer"])


@pytest.mark.slow
def test_finished_cuts_are_found_again(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", NAMES)
    scratch = Scratch(tmp_path / "scratch", "corpus")
    first = loaded(tmp_path / "raw", tmp_path / "one", scratch=scratch).manifest
    again = loaded(tmp_path / "raw", tmp_path / "two", scratch=scratch).manifest
    assert first.equals(again)
    for path in first["path"]:
        assert (tmp_path / "one" / path).samefile(tmp_path / "two" / path)


def test_names_are_sorted_and_unique() -> None:
    assert tabulate(["b", "a"])["recording"].tolist() == ["a-first", "a-second", "b-first", "b-second"]


def test_a_folder_without_sound_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"raw: no sound files \(\.flac, .*\); put the recordings there"):
        loaded(tmp_path / "raw", tmp_path / "corpus")


def test_too_few_recordings_are_told(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", NAMES[:5])
    with pytest.raises(BadInputError, match="5 singers, and each of train, validation, test needs 2"):
        loaded(tmp_path / "raw", tmp_path / "corpus")
