from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.corpora.joining import GAP_SECONDS
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.model.listening import Listening
from singing_style import takes as module
from singing_style.hearing import hear
from singing_style.model import StyleModel
from singing_style.performance import TooLittleSinging
from singing_style.takes import (
    Takes,
    each_performance,
    find_take,
    hash_takes,
    measure_take,
    one_performance,
    open_takes,
)

RATE = 22050
Tone = Callable[[float, float], NDArray[np.float32]]


@pytest.fixture
def phrases(tone: Tone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with three phrases of 0.35 s, 15 or 16 frames: a clip needs more than 16 that are voiced."""
    monkeypatch.chdir(tmp_path)
    Path("ann").mkdir()
    for number, hertz in enumerate((220.0, 247.0, 262.0)):
        phrase = tone(0.35, hertz)[RATE // 4 :]
        soundfile.write(f"ann/{number}.wav", phrase - phrase.mean(), RATE, subtype="FLOAT")
    return tmp_path


def read(takes: Takes) -> NDArray[np.float32]:
    _, blocks = open_takes(takes, Path())
    return np.concatenate(list(blocks))


def test_takes_are_heard_as_their_samples_with_gaps_between(phrases: Path, listening: Listening) -> None:
    files = [f"ann/{number}.wav" for number in range(3)]
    phrase = [soundfile.read(file, dtype="float32")[0] for file in files]
    gap = np.zeros(4410, np.float32)  # 0.2 s
    whole = np.concatenate([phrase[0], gap, phrase[1], gap, phrase[2]])
    one, other = hear(files, listening), hear(whole, listening, RATE)
    assert one.seconds == pytest.approx(3 * 0.35 + 2 * 0.2, abs=1e-3)
    np.testing.assert_array_equal(one.clip_starts, other.clip_starts)
    np.testing.assert_array_equal(one.voiced, other.voiced)
    np.testing.assert_allclose(one.spectrogram.astype(float), other.spectrogram.astype(float), atol=0.05)


@pytest.mark.parametrize(
    ("seconds", "number", "at"), [(0.1, 0, 0.1), (0.45, 0, 0.35), (0.6, 1, 0.05), (1.3, 2, 0.2), (9.0, 2, 7.9)]
)
def test_a_moment_of_takes_is_found_in_its_file(phrases: Path, seconds: float, number: int, at: float) -> None:
    """Takes of 0.35 s with gaps of 0.2 s begin at 0, 0.55 and 1.1 s."""
    takes = Takes(tuple(Path(f"ann/{each}.wav") for each in range(3)))
    lengths = [measure_take(file, phrases) for file in takes.files]
    file, found = find_take(takes, lengths, seconds)
    assert file == takes.files[number]
    assert found == pytest.approx(at, abs=1e-3)


def test_what_is_too_short_alone_is_judged_together(phrases: Path, model: StyleModel) -> None:
    files = sorted(Path("ann").iterdir())
    embedded = model.embed_many([*files, files], workers=1)
    assert embedded.too_little == list(embedded.failed) == files
    (performance,) = embedded.performances
    assert performance.name == "ann/0.wav and 2 more takes"
    np.testing.assert_array_equal(performance.vector, model.embed(files).vector)
    for file in files:
        with pytest.raises(TooLittleSinging):
            model.embed(file)


def test_processes_change_nothing(phrases: Path, model: StyleModel) -> None:
    pairs = [["ann/0.wav", "ann/1.wav"], ["ann/1.wav", "ann/2.wav"]]
    one, two = (model.embed_many(pairs, workers=workers).performances for workers in (1, 2))
    assert [performance.name for performance in two] == ["ann/0.wav and 1 more take", "ann/1.wav and 1 more take"]
    for here, there in zip(one, two, strict=True):
        np.testing.assert_array_equal(here.clips, there.clips)


def test_each_take_is_mixed_and_loses_its_own_offset(tmp_path: Path) -> None:
    """Two channels of 1 and 0 above an offset: by hand, the mean less its mean."""
    square = np.repeat([1.0, -1.0], 50)
    soundfile.write(tmp_path / "one.wav", 0.25 * square + 0.5, 100, subtype="FLOAT")
    soundfile.write(tmp_path / "two.wav", np.stack([square, 0 * square], axis=1) - 0.25, 100, subtype="FLOAT")
    joined = read(Takes((tmp_path / "one.wav", tmp_path / "two.wav")))
    expected = np.concatenate([0.25 * square, np.zeros(round(100 * GAP_SECONDS)), 0.5 * square])
    np.testing.assert_allclose(joined, expected, atol=1e-6)
    assert measure_take(tmp_path / "two.wav", tmp_path) == 1.0


def test_a_faulty_take_is_named(phrases: Path, listening: Listening) -> None:
    soundfile.write("fast.wav", np.sin(np.arange(RATE)), 2 * RATE)
    soundfile.write("silent.wav", np.zeros(RATE), RATE)
    for name, said in (
        ("fast.wav", r"takes differ in sampling rate: 22050 Hz, but fast\.wav 44100 Hz"),
        ("silent.wav", r"^silent\.wav: silent$"),
        ("none.wav", r"^none\.wav: no such file$"),
    ):
        with pytest.raises(BadRecordingError, match=said):
            hear(["ann/0.wav", name, "ann/1.wav"], listening)
    with pytest.raises(BadRecordingError, match=r"^silent\.wav: silent$"):
        hear(["silent.wav", "ann/0.wav"], listening)
    with pytest.raises(BadInputError, match="takes: none given"):
        hear([], listening)
    with pytest.raises(BadInputError, match=r"ann/0.wav and 1 more take: rate: a file has its own"):
        hear(["ann/0.wav", "ann/1.wav"], listening, RATE)


def test_a_whole_collection_is_no_performance(phrases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SECONDS", 0.8)
    one, other, last = (Path(f"ann/{number}.wav") for number in range(3))
    with pytest.raises(BadRecordingError, match="too long for one performance"):
        read(Takes((one, other)))  # 0.35 + 0.2 + 0.35 s
    assert len(read(Takes((last,)))) == round(0.35 * RATE)


def test_files_and_folders_are_one_performance(phrases: Path) -> None:
    first, second, third = (Path(f"ann/{number}.wav") for number in range(3))
    assert one_performance([first]) == first
    assert one_performance([Path("ann")]) == Takes((first, second, third))
    assert one_performance([third, first]) == Takes((third, first))
    assert one_performance([Path("none.wav")]) == Path("none.wav")
    Path("alone").mkdir()
    second.rename("alone/1.wav")
    assert one_performance([Path("alone")]) == Path("alone/1.wav")


def test_copies_of_a_take_are_heard_once(phrases: Path) -> None:
    first, second, third = (Path(f"ann/{number}.wav") for number in range(3))
    Path("ann/0 (copy).wav").write_bytes(first.read_bytes())
    Path("linked.wav").symlink_to(second)
    copied = Takes((Path("ann/0 (copy).wav"), second, third))
    assert one_performance([Path("ann"), Path("linked.wav")]) == copied
    assert each_performance([Path("ann")], join=True) == [copied]
    assert one_performance([second, Path("ann/../ann/1.wav")]) == second
    assert each_performance([first, Path("ann/0 (copy).wav")]) == [first, Path("ann/0 (copy).wav")]
    Path("gone.wav").symlink_to("nowhere")  # told when it is heard
    assert one_performance([first, Path("gone.wav")]) == Takes((first, Path("gone.wav")))


def test_a_folder_of_several_folders_is_no_performance(phrases: Path) -> None:
    Path("choir/Zoe").mkdir(parents=True)
    Path("ann").rename("choir/Ann")
    assert one_performance([Path("choir")]) == one_performance([Path("choir/Ann")])  # Zoe's folder is empty
    Path("choir/Ann/1.wav").rename("choir/Zoe/1.wav")
    with pytest.raises(BadInputError, match=r"^choir: holds recordings in 2 folders \(Ann, Zoe\), so it is not one"):
        one_performance([Path("choir")])
    Path("choir/Ann/2.wav").rename("choir/2.wav")
    with pytest.raises(BadInputError, match=r"in 3 folders \(itself, Ann, Zoe\)"):
        one_performance([Path("choir/Ann"), Path("choir")])
    named = one_performance([Path("choir/Ann"), Path("choir/Zoe")])  # whoever lists them means them
    assert named == Takes((Path("choir/Ann/0.wav"), Path("choir/Zoe/1.wav")))


def test_many_performances_are_files_or_folders(phrases: Path) -> None:
    first, second, third = (Path(f"ann/{number}.wav") for number in range(3))
    assert each_performance([Path("ann")]) == [first, second, third]
    assert each_performance([Path("ann")], join=True) == [Takes((first, second, third))]
    Path("ann/deep").mkdir()
    third.rename("ann/deep/2.wav")
    assert each_performance([Path("ann")], join=True) == [Takes((first, second)), Path("ann/deep/2.wav")]


def test_takes_are_known_by_each_of_their_files(phrases: Path) -> None:
    first, second, _ = sorted(Path("ann").iterdir())
    assert hash_takes(Takes((first, second))) == (*hash_takes(first), *hash_takes(second))
    assert hash_takes(first) != hash_takes(second)
