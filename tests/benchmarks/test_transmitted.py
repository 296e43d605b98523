"""Performances that are sent through a channel: takes of one emotion and one text are one performance."""

from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from benchmarks.transmitted import name_songs, transmit_performances
from pipeline.studies.judge_channels import CHANNELS
from tests.singing_style.made_up import singing

RATE = 22050
NAMES = ["03-02-05-01-01-01-07.wav", "03-02-05-02-01-01-07.wav", "03-02-05-01-02-01-07.wav"]


def test_takes_share_a_song_by_emotion_and_lyrics() -> None:
    assert name_songs(pd.Series(NAMES)).tolist() == ["05-01", "05-01", "05-02"]


def test_a_performance_comes_out_of_a_channel_of_its_own_the_same_each_time(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in NAMES:
        soundfile.write(corpus / name, singing(220.0, 2.0), RATE)
    pd.DataFrame({"path": NAMES, "singer": "Ann"}).to_csv(corpus / "manifest.csv", index=False)
    sounds = []
    for folder in (tmp_path / "one", tmp_path / "again"):
        folder.mkdir()
        transmit_performances(corpus, CHANNELS[1], folder)
        assert sorted(path.name for path in (folder / "Ann").iterdir()) == ["05-01.flac", "05-02.flac"]
        sounds.append({name: soundfile.read(folder / "Ann" / f"{name}.flac") for name in ("05-01", "05-02")})
    joined, rate = sounds[0]["05-01"]
    assert abs(len(joined) / rate - 4.2) < 0.01  # two takes of two seconds, and a gap of 0.2 s
    np.testing.assert_array_equal(joined, sounds[1]["05-01"][0])
    alone = sounds[0]["05-02"][0]
    assert np.corrcoef(joined[: len(alone)], alone)[0, 1] < 0.99  # the same singing, through another channel
