"""Decoding: samples worked out by hand, signals compared with what was encoded, and every bad file named."""

import io
import os
import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.audio import decode as module
from pipeline.audio import ffmpeg
from pipeline.audio.decode import decode
from pipeline.errors import BadRecordingError

RATE = 22050


def wav(tag: int, bits: int, payload: bytes, *, channels: int = 1, rate: int = RATE, promised: int = -1) -> bytes:
    """Lay out a WAV by hand, by Microsoft's description of it."""
    size = len(payload) if promised < 0 else promised
    block = channels * bits // 8
    header = struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits)
    riff = min(36 + size, 0xFFFFFFFF)
    return (
        b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt \x10\0\0\0" + header + b"data" + struct.pack("<I", size) + payload
    )


def sung(seconds: float = 1.0, rate: int = RATE, channels: int = 2) -> NDArray[np.float64]:
    """A sum of a few partials that differs from channel to channel."""
    time = np.arange(round(seconds * rate))[:, None] / rate
    pitch = 220.0 * (1 + np.arange(channels))
    fade = np.minimum(1, np.minimum(time, seconds - time) / 0.05)
    return np.asarray(0.4 * fade * (np.sin(2 * np.pi * pitch * time) + 0.5 * np.sin(6 * np.pi * pitch * time)))


def encoded(samples: NDArray[np.float64], rate: int, **chosen: Any) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, **chosen)
    return file.getvalue()


def encoded_by_ffmpeg(samples: NDArray[np.float64], rate: int, container: str, codec: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=rate)
        stream.bit_rate = 128_000  # some encoders have no default
        layout = "stereo" if samples.shape[1] == 2 else "mono"
        stream.layout = layout
        planes = np.ascontiguousarray(samples.T, dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    return file.getvalue()


def distance_db(decoded: NDArray[np.float32], source: NDArray[np.float64]) -> float:
    """Error against the source in dB, at the best alignment within what encoders put in front."""
    errors = [
        np.mean((decoded[delay : delay + len(source)] - source[: len(decoded) - delay]) ** 2)
        for delay in range(max(1, len(decoded) - len(source) + 1))
    ]
    return float(10 * np.log10(min(errors) / np.mean(source**2)))


@pytest.mark.parametrize(
    ("tag", "bits", "payload", "expected"),
    [
        (1, 8, bytes([0, 128, 192]), [-1.0, 0.0, 0.5]),
        (1, 16, struct.pack("<3h", -32768, 0, 16384), [-1.0, 0.0, 0.5]),
        (1, 24, b"\x00\x00\x80" + b"\x00\x00\x00" + b"\x00\x00\x40", [-1.0, 0.0, 0.5]),
        (1, 32, struct.pack("<3i", -(2**31), 0, 2**30), [-1.0, 0.0, 0.5]),
        (3, 32, struct.pack("<3f", -1.5, 0.0, 0.5), [-1.5, 0.0, 0.5]),
        (3, 64, struct.pack("<3d", -1.5, 0.0, 0.5), [-1.5, 0.0, 0.5]),
    ],
)
def test_every_sample_width_by_hand(tmp_path: Path, tag: int, bits: int, payload: bytes, expected: list[float]) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(wav(tag, bits, payload))
    samples, rate = decode(path)
    assert rate == RATE
    assert samples.dtype == np.float32
    assert samples[:, 0].tolist() == expected


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (11025, 3), (44100, 2), (48000, 6), (192000, 1)])
def test_any_rate_and_channel_count(tmp_path: Path, rate: int, channels: int) -> None:
    source = sung(0.2, rate, channels)
    path = tmp_path / "x.flac"
    path.write_bytes(encoded(source, rate, format="FLAC", subtype="PCM_24"))
    samples, decoded_rate = decode(path)
    assert decoded_rate == rate
    assert samples.shape == source.shape
    np.testing.assert_allclose(samples, source, atol=2**-22)


@pytest.mark.parametrize(
    ("container", "subtype", "suffix", "limit_db"),
    [
        ("OGG", "VORBIS", ".m4a", -15),
        ("MP3", "MPEG_LAYER_III", ".wav", -20),
        ("AIFF", "PCM_16", ".raw", -80),
        ("FLAC", "PCM_16", ".txt", -80),
        ("WAV", "PCM_16", ".raw", -80),
    ],
)
def test_the_suffix_does_not_matter(tmp_path: Path, container: str, subtype: str, suffix: str, limit_db: float) -> None:
    source = sung()
    path = tmp_path / f"x{suffix}"
    path.write_bytes(encoded(source, RATE, format=container, subtype=subtype))
    samples, rate = decode(path)
    assert rate == RATE
    assert samples.shape[1] == 2
    assert distance_db(samples, source) < limit_db


@pytest.mark.slow
@pytest.mark.parametrize(
    ("container", "codec", "suffix", "limit_db"),
    [
        ("mp4", "aac", ".m4a", -20),
        ("mp4", "aac", ".wav", -20),
        ("adts", "aac", ".aac", -20),
        ("mp4", "alac", ".m4a", -80),
        ("mov", "pcm_u8", ".mov", -35),
        ("matroska", "pcm_s32le", ".ogg", -140),
        ("matroska", "pcm_f64le", ".mka", -140),
    ],
)
def test_what_ffmpeg_reads(tmp_path: Path, container: str, codec: str, suffix: str, limit_db: float) -> None:
    source = sung(rate=44100)
    path = tmp_path / f"x{suffix}"
    path.write_bytes(encoded_by_ffmpeg(source, 44100, container, codec))
    samples, rate = decode(path)
    assert rate == 44100
    assert samples.shape[1] == 2
    assert distance_db(samples, source) < limit_db


@pytest.mark.parametrize("promised", [0, 0x7FFFF000, 0x80000000, 0xFFFFFFFF])
def test_a_streamed_wav_promises_nothing(tmp_path: Path, promised: int) -> None:
    path = tmp_path / "x.wav"
    values = np.arange(-3000, 3000, dtype="<i2")
    path.write_bytes(wav(1, 16, values.tobytes(), promised=promised))
    np.testing.assert_array_equal(decode(path)[0][:, 0], values / np.float32(32768))


def test_a_streamed_flac_promises_nothing(tmp_path: Path) -> None:
    source = sung()
    flac = bytearray(encoded(source, RATE, format="FLAC", subtype="PCM_24"))
    flac[21] &= 0xF0  # STREAMINFO's 36 bits of total samples: 0 is "unknown"
    flac[22:26] = bytes(4)
    path = tmp_path / "x.flac"
    path.write_bytes(flac)
    np.testing.assert_allclose(decode(path)[0], source, atol=2**-22)


def test_an_mp3_without_xing_frame_promises_nothing(tmp_path: Path) -> None:
    quiet_then_loud = np.concatenate([np.zeros((RATE * 3, 1)), sung(3.0, channels=1)])
    mp3 = encoded(quiet_then_loud, RATE, format="MP3", subtype="MPEG_LAYER_III")
    path = tmp_path / "x.mp3"
    path.write_bytes(mp3[mp3.index(mp3[:2], 4) :])
    assert len(decode(path)[0]) >= len(quiet_then_loud)


def test_tags_in_front_do_not_hide_that_an_mp3_is_cut(tmp_path: Path) -> None:
    mp3 = encoded(sung(3.0), RATE, format="MP3", subtype="MPEG_LAYER_III")
    tag = b"ID3\x04\0\0" + bytes([0, 0, 2, 0]) + bytes(256)
    path = tmp_path / "x.mp3"
    path.write_bytes(tag + mp3)
    assert len(decode(path)[0]) == 3 * RATE
    path.write_bytes(tag + mp3[: len(mp3) // 2])
    with pytest.raises(BadRecordingError, match="truncated"):
        decode(path)


def test_libraries_write_nothing_to_standard_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    mp3 = encoded(sung(20.0, channels=1), RATE, format="MP3", subtype="MPEG_LAYER_III")
    path = tmp_path / "x.mp3"
    path.write_bytes(mp3[: len(mp3) // 2] + bytes(range(256)) * 20 + mp3[len(mp3) // 2 + 5000 :])
    with pytest.raises(BadRecordingError):
        decode(path)
    path.write_bytes(mp3 + mp3)
    decode(path)
    path.write_bytes(b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"la la la" * 30)
    with pytest.raises(BadRecordingError):
        decode(path)
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def image() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="image2pipe") as output:
        stream = output.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "rgb24"
        for packet in [*stream.encode(av.VideoFrame(16, 16, "rgb24")), *stream.encode(None)]:
            output.mux(packet)
    return file.getvalue()


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


WHOLE = sung()
BAD_FILES = {
    "empty file": b"",
    "not audio": b"I am no recording\n" * 100,
    "a pointer of Git LFS .*; run `git lfs pull`": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "a web page .*; download it again": b"\n<!DOCTYPE html><html><body>404</body></html>",
    "no audio stream": image(),
    "not audio, damaged or truncated": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"la la la" * 30,
    "no samples": wav(1, 16, b""),
    "truncated: 20000 of the 44100 bytes": wav(1, 16, bytes(20000), promised=44100),
    "truncated: 0 of the 44100 bytes": wav(1, 16, b"", promised=44100),
    "NaN": wav(3, 32, struct.pack("<3f", 0.1, float("nan"), 0.1)),
    "infinite": wav(3, 64, struct.pack("<3d", 0.1, float("-inf"), 0.1)),
    "holds samples": wav(3, 64, struct.pack("<3d", 0.1, 1e300, 0.1)),
    "damaged or truncated: libsndfile": half(encoded(WHOLE, RATE, format="FLAC")),
    "truncated: [0-9]+ of the [0-9]+ bytes": half(encoded(WHOLE, RATE, format="CAF", subtype="PCM_16")),
    "truncated: [0-9]+ of the": half(encoded(WHOLE, RATE, format="AIFF", subtype="PCM_16")),
    "truncated: [0-9]+ of": half(encoded(WHOLE, RATE, format="W64", subtype="PCM_16")),
    r"truncated: 0\..* s of the 1\.00 s": half(encoded(WHOLE, RATE, format="MP3", subtype="MPEG_LAYER_III")),
    "damaged or truncated": half(encoded_by_ffmpeg(WHOLE, RATE, "mp4", "aac")),
    r"truncated: 0\..* s of the 1\... s": half(encoded_by_ffmpeg(WHOLE, RATE, "matroska", "aac")),
}


@pytest.mark.parametrize(("reason", "content"), BAD_FILES.items(), ids=list(BAD_FILES))
def test_bad_files_are_named_by_reason(tmp_path: Path, reason: str, content: bytes) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(BadRecordingError, match=reason) as fault:
        decode(path)
    assert "\n" not in str(fault.value)
    assert len(str(fault.value)) < 100


def test_what_is_not_a_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    for name, reason in [(".", "regular"), ("pipe.wav", "regular"), ("gone.wav", "no such"), ("loop.wav", "read")]:
        with pytest.raises(BadRecordingError, match=reason):
            decode(tmp_path / name)


@pytest.mark.parametrize("name", [b'it\'s "one".wav', b"new\nline.wav", "王 ü.wav".encode(), b"\xff\xfe.wav", b" "])
@pytest.mark.parametrize("container", ["wav", "mp4"])
def test_any_file_name(tmp_path: Path, name: bytes, container: str) -> None:
    path = tmp_path / os.fsdecode(name)
    source = sung(rate=44100)
    content = encoded(source, 44100, format="WAV") if container == "wav" else b""
    path.write_bytes(content or encoded_by_ffmpeg(source, 44100, "mp4", "alac"))
    assert decode(path)[0].shape[1] == 2
    path.write_bytes(b"la la la")
    with pytest.raises(BadRecordingError, match="not audio"):
        decode(path)


def test_blocks_are_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = sung(rate=44100)
    for content in (encoded(source, 44100, format="FLAC"), encoded_by_ffmpeg(source, 44100, "mp4", "aac")):
        path = tmp_path / "x"
        path.write_bytes(content)
        whole, rate = decode(path)
        with monkeypatch.context() as patch:
            patch.setattr(module, "BLOCK", 1000)
            patch.setattr(ffmpeg, "BLOCK", 1000)
            block_rate, blocks = module.decode_blocks(path)
            parts = list(blocks)
        assert block_rate == rate
        assert len(parts) > 20
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(wav(1, 16, bytes(20)))
    monkeypatch.setattr("pipeline.audio.decode.os.access", lambda *_: False)  # the superuser reads everything
    with pytest.raises(BadRecordingError, match="permission"):
        decode(path)
