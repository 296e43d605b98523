"""Files of every kind are known by their beginning, wherever they stand, and nothing else is taken for one."""

import mmap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.beginnings import BARE, KINDS, TAGGED, begins_any, find_beginnings, find_other, find_tagged, kind_of
from tests.audio.test_decode import encoded, encoded_by_ffmpeg, sung

RATE = 44100
SOUND = sung(0.5, RATE)
SEED = 7
BY_LIBSNDFILE = {
    "WAV": ("WAV", "PCM_16"),
    "W64": ("W64", "PCM_16"),
    "AIFF": ("AIFF", "PCM_16"),
    "AU": ("AU", "FLOAT"),
    "CAF": ("CAF", "PCM_24"),
    "FLAC": ("FLAC", "PCM_16"),
    "Ogg": ("OGG", "VORBIS"),
    "VOC": ("VOC", "PCM_16"),
    "NIST": ("NIST", "PCM_16"),
}
BY_FFMPEG = {
    "MP4": ("ipod", "aac"),
    "Matroska": ("matroska", "pcm_s16le"),
    "ASF": ("asf", "wmav2"),
    "AVI": ("avi", "pcm_s16le"),
    "Flash": ("flv", "aac"),
    "MPEG-PS": ("vob", "mp2"),
    "WavPack": ("wv", "wavpack"),
    "True Audio": ("tta", "tta"),
}
FILES = {
    **{kind: encoded(SOUND, RATE, format=name, subtype=codec) for kind, (name, codec) in BY_LIBSNDFILE.items()},
    **{kind: encoded_by_ffmpeg(SOUND, RATE, name, codec) for kind, (name, codec) in BY_FFMPEG.items()},
    "AMR": b"#!AMR\n" + bytes(13),
    "Monkey's Audio": b"MAC \x96\x0f\0\0\x34\0\0\0" + bytes(40),  # version 3.99
}
TS = encoded_by_ffmpeg(SOUND, RATE, "mpegts", "aac")
# Three packets: lists of services and of programs begin the first two, and come again later.
FILES["AVCHD"] = b"".join(b"\0\0\1\2" + TS[at : at + 188] for at in (0, 188, 376))
MP3 = encoded_by_ffmpeg(SOUND, RATE, "mp3", "libmp3lame")
FRAMES = MP3[MP3.index(b"\xff\xfb") :]
NOISE = np.random.default_rng(SEED).bytes(200_000)

Mapped = Callable[[bytes], mmap.mmap]


@pytest.fixture
def mapped(tmp_path: Path) -> Mapped:
    def put(content: bytes) -> mmap.mmap:
        (tmp_path / "x").write_bytes(content)
        with (tmp_path / "x").open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    return put


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_known_where_it_begins_and_nowhere_else(mapped: Mapped, kind: str) -> None:
    whole = mapped(NOISE + FILES[kind] + NOISE + FILES[kind])
    second = 2 * len(NOISE) + len(FILES[kind])
    assert list(find_beginnings(whole, kind)) == [len(NOISE), second]
    assert list(find_beginnings(whole, kind, len(NOISE) + 1)) == [second]
    assert kind_of(whole, len(NOISE)) == kind
    assert kind_of(whole, len(NOISE) + 1) == ""
    assert begins_any(whole, second)


@pytest.mark.parametrize("container", ["RF64", "WAVEX", "SVX"])
def test_variants_are_known(mapped: Mapped, container: str) -> None:
    kind = "AIFF" if container == "SVX" else "WAV"
    assert kind_of(mapped(encoded(SOUND[:, :1], RATE, format=container, subtype="PCM_16")), 0) == kind


def test_a_big_endian_wav_and_mpeg_1_are_known(mapped: Mapped) -> None:
    big_endian = encoded(SOUND, RATE, format="WAV", subtype="PCM_16", endian="BIG")
    assert kind_of(mapped(big_endian), 0) == "WAV"
    assert kind_of(mapped(encoded_by_ffmpeg(SOUND, RATE, "mpeg", "mp2")), 0) == "MPEG-PS"


def test_noise_holds_no_file(mapped: Mapped) -> None:
    assert find_other(mapped(NOISE), 0) == -1


def test_the_first_of_several_files_is_found(mapped: Mapped) -> None:
    whole = mapped(NOISE + FILES["FLAC"] + FILES["WAV"] + FILES["AU"])
    wav = len(NOISE) + len(FILES["FLAC"])
    assert find_other(whole, 0) == len(NOISE)
    assert find_other(whole, 0, without={"FLAC"}) == wav
    assert find_other(whole, wav + 1) == wav + len(FILES["WAV"])


def test_mpeg_audio_is_found_by_its_tag_or_to_the_end_of_the_file(mapped: Mapped) -> None:
    tag = b"ID3\3\0\0\0\0\0\4" + bytes(4)
    tagged = mapped(NOISE + 2 * tag + FRAMES)
    assert list(find_tagged(tagged)) == [len(NOISE)]
    assert find_other(tagged, 0, without={BARE}) == len(NOISE)
    assert find_other(tagged, 0, without={TAGGED}) == len(NOISE) + 2 * len(tag)
    bare = mapped(NOISE + FRAMES)
    assert find_other(bare, 0) == len(NOISE)
    assert find_other(bare, 0, without={BARE}) == -1
    assert find_other(mapped(NOISE + FRAMES + NOISE), 0) == -1


def test_a_tag_before_anything_else_begins_no_mpeg_audio(mapped: Mapped) -> None:
    assert list(find_tagged(mapped(NOISE + b"ID3\3\0\0\0\0\0\4" + bytes(400)))) == []
