"""Files put one after the other are read in turn, whatever the format, or told; a file that is cut is told."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.joined import joined_at
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import RATE, encoded, encoded_by_ffmpeg, sung, wav
from tests.audio.test_promises import HALF, PARTS, WHOLE, both, payload, read


@pytest.mark.parametrize("container", ["WAV", "AIFF", "FLAC", "CAF"])
def test_files_put_one_after_the_other_are_read_in_turn(tmp_path: Path, container: str) -> None:
    parts = [read(tmp_path, content) for content in both(container)]
    np.testing.assert_array_equal(read(tmp_path, b"".join(both(container))), np.concatenate(parts))


def test_8svx_files_put_one_after_the_other_are_read_in_turn(tmp_path: Path) -> None:
    one, other = (encoded(part[:, :1], RATE, format="SVX", subtype="PCM_16") for part in PARTS)
    np.testing.assert_array_equal(
        read(tmp_path, one + other), np.concatenate([read(tmp_path, one), read(tmp_path, other)])
    )


@pytest.mark.parametrize("container", ["MP3", "OGG"])
def test_lossy_files_put_one_after_the_other_are_read_in_turn(tmp_path: Path, container: str) -> None:
    samples = read(tmp_path, b"".join(both(container)))
    assert abs(len(samples) - len(WHOLE)) < 0.15 * RATE
    assert np.std(samples[-HALF // 2 :]) > 0.5 * np.std(WHOLE)


def test_mp4_files_put_one_after_the_other_are_read_in_turn(tmp_path: Path) -> None:
    one, other = (encoded_by_ffmpeg(sung(2.0, 44100), 44100, "mp4", "aac") for _ in range(2))
    np.testing.assert_array_equal(read(tmp_path, one + other), np.concatenate([read(tmp_path, one)] * 2))


def test_another_file_behind_the_sound_is_told(tmp_path: Path) -> None:
    one, other = both("AU")
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(one)}, .*; cut it there"):
        read(tmp_path, one + other)


def test_a_file_of_another_rate_behind_the_sound_is_told(tmp_path: Path) -> None:
    one, other = wav(1, 16, payload(PARTS[0][:, :1])), wav(1, 16, payload(PARTS[1][:, :1]), rate=8000)
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(one)}"):
        read(tmp_path, one + other)


JOINED = {"asf": "wmav2", "flv": "libmp3lame", "tta": "tta", "wv": "wavpack", "caf": "alac"}


@pytest.mark.parametrize(("container", "codec"), JOINED.items(), ids=list(JOINED))
def test_files_whose_length_nothing_states_are_read_in_turn(tmp_path: Path, container: str, codec: str) -> None:
    one, other = (encoded_by_ffmpeg(sung(2.0, 44100), 44100, container, codec) for _ in range(2))
    np.testing.assert_array_equal(read(tmp_path, one + other), np.concatenate([read(tmp_path, one)] * 2))


def vorbis(rate: int, seconds: float = 2.0) -> bytes:
    return encoded(sung(seconds, rate), rate, format="OGG", subtype="VORBIS")


def test_an_ogg_of_another_rate_behind_the_first_is_told(tmp_path: Path) -> None:
    one, other = vorbis(44100), vorbis(22050)
    (tmp_path / "x").write_bytes(one + other)
    assert joined_at(tmp_path / "x") == [0, len(one)]
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(one)}, of another sampling rate"):
        read(tmp_path, one + other)


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_an_ogg_that_ends_within_a_page_is_cut(tmp_path: Path, subtype: str) -> None:
    content = encoded(sung(2.0, 48000), 48000, format="OGG", subtype=subtype)
    page = content.rindex(b"OggS")
    for end in (len(content) - 1, page + 100, page + 27, page + 5):
        with pytest.raises(BadRecordingError, match="truncated: it ends within a page"):
            read(tmp_path, content[:end])
    assert len(read(tmp_path, content)) == 2 * 48000


ID3 = b"ID3\3\0\0\0\0\2\0" + b"\xff\xfb\x90\x64" * 64


@pytest.mark.parametrize("behind", [b"", b"TAG" + b"la" * 62 + b"\0"], ids=["plain", "ID3v1"])
@pytest.mark.parametrize("container", ["mp3", "adts"])
def test_tagged_files_are_read_in_turn(tmp_path: Path, container: str, behind: bytes) -> None:
    codec = "libmp3lame" if container == "mp3" else "aac"
    one = ID3 + encoded_by_ffmpeg(sung(2.0, 44100), 44100, container, codec) + behind
    joined = read(tmp_path, one * 3)
    assert joined_at(tmp_path / "x") == [0, len(one), 2 * len(one)]
    assert abs(len(joined) - 3 * 2.0 * 44100) < 3 * 0.1 * 44100
    parts = [joined[at : at + 22050] for at in (11025, 11025 + 2 * 44100, 11025 + 4 * 44100)]
    assert min(np.std(part) for part in parts) > 0.5 * np.std(sung(2.0, 44100))


def test_of_a_big_endian_wav_nothing_is_read_as_little_endian(tmp_path: Path) -> None:
    one, other = (encoded(part, RATE, format="WAV", subtype="PCM_16", endian="BIG") for part in PARTS)
    whole = encoded(WHOLE, RATE, format="WAV", subtype="PCM_16", endian="BIG")
    np.testing.assert_allclose(read(tmp_path, whole), WHOLE, atol=2**-14)
    with pytest.raises(BadRecordingError, match=f"bytes of other sound stand after its end, from byte {len(one)}"):
        read(tmp_path, one + whole[len(one) :])
    with pytest.raises(BadRecordingError, match="a big-endian WAV .* or holds several files; save it as a plain WAV"):
        read(tmp_path, one + other)


SOUNDS = {
    "FLAC": encoded(sung(2.0), RATE, format="FLAC", subtype="PCM_16"),
    "WAV": encoded(sung(2.0), RATE, format="WAV", subtype="PCM_16"),
    "AIFF": encoded(sung(2.0), RATE, format="AIFF", subtype="PCM_16"),
    "MP3": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "mp3", "libmp3lame"),
    "MP4": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "ipod", "aac"),
    "AAC": ID3 + encoded_by_ffmpeg(sung(2.0, 44100), 44100, "adts", "aac"),
    "Ogg": encoded(sung(2.0), RATE, format="OGG", subtype="VORBIS"),
    "CAF": encoded(sung(2.0), RATE, format="CAF", subtype="PCM_16"),
    "RF64": encoded(sung(2.0), RATE, format="RF64", subtype="PCM_16"),
    "W64": encoded(sung(2.0), RATE, format="W64", subtype="PCM_16"),
    "AU": encoded(sung(2.0), RATE, format="AU", subtype="PCM_16"),
    "VOC": encoded(sung(2.0), RATE, format="VOC", subtype="PCM_16"),
    "NIST": encoded(sung(2.0), RATE, format="NIST", subtype="PCM_16"),
    "MKA": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "matroska", "pcm_s16le"),
    "WMA": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "asf", "wmav2"),
    "FLV": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "flv", "libmp3lame"),
    "True Audio": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "tta", "tta"),
    "WavPack": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "wv", "wavpack"),
    "AVI": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "avi", "pcm_s16le"),
    "MP2": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "mp2", "mp2"),
    "AC-3": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "ac3", "ac3"),
    "MPEG-TS": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "mpegts", "aac"),
    "MPEG-PS": encoded_by_ffmpeg(sung(2.0, 44100), 44100, "mpeg", "mp2"),
}
SOUNDS["AVCHD"] = b"".join(bytes(4) + SOUNDS["MPEG-TS"][at : at + 188] for at in range(0, len(SOUNDS["MPEG-TS"]), 188))
SOUNDS["MP3 without a tag"] = SOUNDS["MP3"][SOUNDS["MP3"].index(b"\xff\xfb") :]
SOUNDS["AAC without a tag"] = SOUNDS["AAC"].removeprefix(ID3)

MPEG = {"MP3", "AAC", "MP3 without a tag", "AAC without a tag"}
# Read in turn, by the tag in front of the second or as more of the same.
IN_TURN = {
    *permutations(MPEG & {"MP3", "MP3 without a tag"}, 2),
    *permutations(MPEG & {"AAC", "AAC without a tag"}, 2),
    *((first, second) for first in MPEG | {"MP2", "AC-3"} for second in ("MP3", "AAC")),
}


@pytest.mark.parametrize(("first", "second"), sorted({*permutations(SOUNDS, 2)} - IN_TURN))
def test_a_file_of_another_format_behind_the_sound_is_told(tmp_path: Path, first: str, second: str) -> None:
    one, other = SOUNDS[first], SOUNDS[second]
    if (first, second) == ("AVCHD", "MPEG-TS"):
        one, other = one[:-188], one[-188:] + other  # its last packet goes on with these, but for four bytes
    with pytest.raises(BadRecordingError, match=f"(another file begins at|after [^,]*, from) byte {len(one)}[,;]"):
        read(tmp_path, one + other)


@pytest.mark.parametrize(("first", "second"), [(first, "MP3") for first in ("MP2", "AC-3", "AAC")] + [("MP2", "AAC")])
def test_behind_a_tag_frames_of_another_kind_are_read_in_turn(tmp_path: Path, first: str, second: str) -> None:
    """Each is padded to whole frames, of 1152 samples or more."""
    parts = [len(read(tmp_path, SOUNDS[name])) for name in (first, second)]
    assert abs(len(read(tmp_path, SOUNDS[first] + SOUNDS[second])) - sum(parts)) <= 2 * 1536
    assert joined_at(tmp_path / "x") == [0, len(SOUNDS[first])]


@pytest.mark.parametrize("kind", ["MP2", "AC-3", "MPEG-TS", "AVCHD", "MPEG-PS"])
def test_frames_put_one_after_the_other_are_read_on(tmp_path: Path, kind: str) -> None:
    assert abs(len(read(tmp_path, 2 * SOUNDS[kind])) - 2 * len(read(tmp_path, SOUNDS[kind]))) <= 2 * 1536


def test_behind_the_further_parts_of_a_long_avi_mpeg_frames_are_told(tmp_path: Path) -> None:
    """An AVI of several gigabytes goes on in parts of its own; the frames that these hold begin no file."""
    frames = SOUNDS["AAC without a tag"]
    part = b"RIFF" + (4 + len(frames)).to_bytes(4, "little") + b"AVIX" + frames
    whole = SOUNDS["AVI"] + part + bytes(len(part) % 2)
    (tmp_path / "x").write_bytes(whole)
    assert joined_at(tmp_path / "x") == [0]
    (tmp_path / "x").write_bytes(whole + frames)
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(whole)}"):
        joined_at(tmp_path / "x")


def test_an_avi_that_does_not_say_how_long_it_is_is_read(tmp_path: Path) -> None:
    avi = encoded_by_ffmpeg(sung(2.0, 44100), 44100, "avi", "libmp3lame")
    untold = avi[:4] + bytes(4) + avi[8:]
    np.testing.assert_array_equal(read(tmp_path, untold), read(tmp_path, avi))


def test_behind_an_avi_that_does_not_say_how_long_it_is_mpeg_frames_are_told(tmp_path: Path) -> None:
    frames = SOUNDS["MP3 without a tag"]
    for codec in ("pcm_s16le", "libmp3lame"):
        avi = encoded_by_ffmpeg(sung(2.0, 44100), 44100, "avi", codec)
        movi = avi.index(b"movi")
        for untold in (avi[:4] + bytes(4) + avi[8:], avi[:4] + bytes(4) + avi[8 : movi - 4] + bytes(4) + avi[movi:]):
            with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(untold)}"):
                read(tmp_path, untold + frames)


def test_the_header_of_a_wav_that_flac_keeps_begins_no_file(tmp_path: Path) -> None:
    """`flac --keep-foreign-metadata` puts each chunk but the sound into a block of its own, of type 2."""
    flac, header = SOUNDS["FLAC"], SOUNDS["WAV"][:36]
    blocks = [b"riff" + header[:12], b"riff" + header[12:]]
    kept = b"".join(b"\2" + len(block).to_bytes(3) + block for block in blocks)
    np.testing.assert_array_equal(read(tmp_path, flac[:42] + kept + flac[42:]), read(tmp_path, flac))


def broadcast(content: bytes) -> bytes:
    """Put a chunk before those of a WAV, as broadcasters do."""
    chunk = b"bext" + (602).to_bytes(4, "little") + bytes(602)
    return content[:4] + (len(content) - 8 + len(chunk)).to_bytes(4, "little") + content[8:12] + chunk + content[12:]


OTHERS = {
    "a broadcast WAV": broadcast(SOUNDS["WAV"]),
    "an MP4 of another brand": SOUNDS["MP4"].replace(b"ftypM4A ", b"ftypdash", 1),
    "an AIFF with a name": SOUNDS["AIFF"][:12] + b"NAME\0\0\0\4Song" + SOUNDS["AIFF"][12:],
}


@pytest.mark.parametrize("first", ["FLAC", "MP3", "Ogg", "MP4"])
@pytest.mark.parametrize("second", OTHERS)
def test_another_file_is_told_whatever_it_begins_with(tmp_path: Path, first: str, second: str) -> None:
    assert len(read(tmp_path, OTHERS[second])) > RATE
    one = SOUNDS[first]
    if (first, second) == ("MP4", "an MP4 of another brand"):
        return  # read in turn
    with pytest.raises(BadRecordingError, match=f"(another file begins at|after [^,]*, from) byte {len(one)}[,;]"):
        read(tmp_path, one + OTHERS[second])


def test_behind_a_flac_with_a_tag_another_file_is_told(tmp_path: Path) -> None:
    tagged = b"ID3\3\0\0\0\0\2\0" + bytes(256) + SOUNDS["FLAC"]
    assert len(read(tmp_path, tagged)) == 2 * RATE
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(tagged)}"):
        read(tmp_path, tagged + SOUNDS["WAV"])


@pytest.mark.parametrize("length", [b"\0\0\0\0", b"\xff\xff\xff\xff"])
@pytest.mark.parametrize("second", ["WAV", "FLAC", "MP4", "Ogg"])
def test_behind_a_wav_that_does_not_say_how_long_it_is_another_file_is_told(
    tmp_path: Path, length: bytes, second: str
) -> None:
    wav = SOUNDS["WAV"]
    piped = wav[:4] + length + wav[8:40] + length + wav[44:]
    assert len(read(tmp_path, piped)) == 2 * RATE
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(piped)}"):
        read(tmp_path, piped + SOUNDS[second])


def test_a_wav_that_holds_mp3_and_does_not_say_how_long_it_is_is_read(tmp_path: Path) -> None:
    told = bytearray(encoded_by_ffmpeg(sung(2.0, 44100), 44100, "wav", "libmp3lame"))
    whole = read(tmp_path, bytes(told))
    data = told.index(b"data") + 4
    told[4:8] = told[data : data + 4] = b"\xff" * 4
    np.testing.assert_array_equal(read(tmp_path, bytes(told)), whole)
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(told)}"):
        read(tmp_path, bytes(told) + SOUNDS["FLAC"])


@pytest.mark.parametrize("first", ["WAV", "AIFF"])
@pytest.mark.parametrize("container", ["mp3", "adts"])
def test_mpeg_frames_without_a_tag_are_not_read_as_samples(tmp_path: Path, first: str, container: str) -> None:
    options = ["-id3v2_version", "0", "-write_xing", "0"] if container == "mp3" else []
    frames = encoded_by_ffmpeg(sung(2.0, 44100), 44100, container, "libmp3lame" if options else "aac")
    frames = frames[frames.index(b"\xff") :] if container == "mp3" else frames
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(SOUNDS[first])}"):
        read(tmp_path, SOUNDS[first] + frames)


def test_a_whole_header_among_the_metadata_of_flac_begins_no_file(tmp_path: Path) -> None:
    flac, header = SOUNDS["FLAC"], SOUNDS["WAV"][:44]
    block = b"\2" + (4 + len(header)).to_bytes(3) + b"riff" + header
    np.testing.assert_array_equal(read(tmp_path, flac[:42] + block + flac[42:]), read(tmp_path, flac))


def test_flac_within_matroska_begins_no_file(tmp_path: Path) -> None:
    """What it says of its codec is the beginning of a FLAC file; behind its first cluster, one would be a file."""
    header = b"\x1aE\xdf\xa3\x93B\x82\x88matroska" + bytes(20) + b"A_FLAC" + SOUNDS["FLAC"][:42]
    cluster = b"\x1f\x43\xb6\x75" + bytes(500)
    (tmp_path / "x").write_bytes(header + cluster)
    assert joined_at(tmp_path / "x") == [0]
    (tmp_path / "x").write_bytes(header + cluster + SOUNDS["FLAC"])
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(header + cluster)}"):
        joined_at(tmp_path / "x")


@pytest.mark.parametrize("between", [bytes(500), b"TAG" + bytes(125)])
@pytest.mark.parametrize("first", ["MP4", "WAV", "AIFF", "Ogg"])
def test_what_stands_between_two_files_hides_none(tmp_path: Path, first: str, between: bytes) -> None:
    one = SOUNDS[first] + between
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(one)}"):
        read(tmp_path, one + SOUNDS[first])


def test_what_goes_over_s_pdif_is_decoded_and_not_heard_as_samples(tmp_path: Path) -> None:
    source = sung(2.0, 48000)
    bursts = encoded_by_ffmpeg(source, 48000, "spdif", "ac3")
    samples = read(tmp_path, wav(1, 16, bursts, channels=2, rate=48000))
    np.testing.assert_array_equal(samples, read(tmp_path, encoded_by_ffmpeg(source, 48000, "ac3", "ac3")))
    with pytest.raises(BadRecordingError, match=f"truncated: {len(bursts) // 2} of the {len(bursts)} bytes"):
        read(tmp_path, wav(1, 16, bursts, channels=2, rate=48000)[: 44 + len(bursts) // 2])
