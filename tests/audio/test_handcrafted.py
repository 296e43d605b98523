import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.signal import get_window

from pipeline.audio.handcrafted import (
    describe_frames,
    pitch_class_filters,
    spectral_flux,
    standardise,
    summarise_clips,
)
from pipeline.audio.settings import HandcraftedSettings
from pipeline.errors import BadInputError

RATE, LENGTH, HOP = 22050, 2048, 512
CHROMA, MFCC = 12, 20
CENTROID, ROLLOFF, FLUX = 32, 33, 34

Floats = NDArray[np.float64]


def describe(samples: Floats, mfcc: int = MFCC, chroma: int = CHROMA, rolloff: float = 0.85) -> Floats:
    found = describe_frames(samples.astype(np.float32), RATE, HandcraftedSettings(LENGTH, HOP, mfcc, chroma, rolloff))
    assert found.dtype == np.float32
    return found.astype(np.float64)


def seconds(duration: float) -> Floats:
    return np.arange(round(duration * RATE)) / RATE


@pytest.fixture(scope="module")
def sung() -> Floats:
    """Two notes with harmonics and breath noise, a pause between them."""
    time = seconds(1.5)
    pitch = np.where(time < 0.7, 220.0, 330.0)
    tone = sum(np.sin(2 * np.pi * n * pitch * time) / n for n in range(1, 12))
    noise = np.random.default_rng(0).normal(size=len(time))
    sample: Floats = (0.2 * tone + 0.01 * noise) * ~((time > 0.6) & (time < 0.8))
    return sample


def magnitudes(samples: Floats) -> Floats:
    """Compute the magnitude STFT in float64 from its definition: (bins, frames)."""
    padded = np.pad(samples.astype(np.float32).astype(np.float64), LENGTH // 2)
    starts = range(0, len(samples) + 1, HOP)
    frames = np.stack([padded[start : start + LENGTH] for start in starts], axis=1)
    return np.abs(np.fft.rfft(frames * get_window("hann", LENGTH)[:, None], axis=0))


def test_shape_and_order_of_columns(sung: Floats) -> None:
    assert describe(sung).shape == (1 + len(sung) // HOP, 35)
    assert describe(sung, mfcc=13, chroma=24).shape == (1 + len(sung) // HOP, 40)


def test_centroid_is_the_mean_frequency_weighted_by_magnitude(sung: Floats) -> None:
    magnitude, hertz = magnitudes(sung), np.arange(LENGTH // 2 + 1) * RATE / LENGTH
    loud = magnitude.sum(axis=0) > 1e-3
    expected = hertz @ magnitude[:, loud] / magnitude[:, loud].sum(axis=0)
    np.testing.assert_allclose(describe(sung)[loud, CENTROID], expected, rtol=1e-4)


@pytest.mark.parametrize("share", [0.5, 0.85])
def test_rolloff_is_the_lowest_bin_with_that_share_below(sung: Floats, share: float) -> None:
    magnitude = magnitudes(sung)
    found = describe(sung, rolloff=share)[:, ROLLOFF]
    for frame in np.flatnonzero(magnitude.sum(axis=0) > 1e-3):
        gathered, bin_found = np.cumsum(magnitude[:, frame]), found[frame] * LENGTH / RATE
        assert bin_found == pytest.approx(round(bin_found), abs=1e-3)
        reached = gathered[round(bin_found)] / gathered[-1]
        before = gathered[round(bin_found) - 1] / gathered[-1]
        assert before < share + 1e-5
        assert reached > share - 1e-5


def test_flux_is_the_squared_difference_of_unit_spectra(sung: Floats) -> None:
    magnitude = magnitudes(sung)
    norms = np.sqrt((magnitude**2).sum(axis=0))
    found = describe(sung)[:, FLUX]
    assert found[0] == 0
    for frame in range(1, magnitude.shape[1]):
        if min(norms[frame - 1 : frame + 1]) > 1e-3:
            cosine = magnitude[:, frame] @ magnitude[:, frame - 1] / (norms[frame] * norms[frame - 1])
            assert found[frame] == pytest.approx(2 - 2 * cosine, abs=1e-5)  # |u - v|^2 of unit vectors


def test_flux_by_hand() -> None:
    magnitude = np.array([[3, 4], [6, 8], [0, 0], [0, 1], [5, 0]], np.float64)
    # same shape; silence after a unit spectrum; a unit spectrum after silence; nothing in common
    np.testing.assert_allclose(spectral_flux(magnitude), [0, 1, 1, 2], atol=1e-12)


def test_mfcc_is_the_cosine_transform_of_the_mel_decibels(sung: Floats) -> None:
    power = magnitudes(sung) ** 2
    bands = librosa.filters.mel(sr=RATE, n_fft=LENGTH, n_mels=128, dtype=np.float64) @ power
    decibels = 10 * np.log10(np.maximum(1e-10, bands))
    decibels = np.maximum(decibels, decibels.max() - 80)
    expected = dct(decibels, type=2, norm="ortho", axis=0)[:MFCC].T
    np.testing.assert_allclose(describe(sung)[:, CHROMA : CHROMA + MFCC], expected, atol=2e-2)


@pytest.mark.parametrize(("hertz", "pitch_class"), [(440.0, 9), (261.626, 0), (659.255, 4)])
def test_chroma_finds_the_pitch_class(hertz: float, pitch_class: int) -> None:
    chroma = describe(np.sin(2 * np.pi * hertz * seconds(1)))[5:-5, :CHROMA]
    assert set(chroma.argmax(axis=1)) == {pitch_class}
    np.testing.assert_allclose(chroma.max(axis=1), 1, atol=1e-6)


def test_chroma_goes_by_power() -> None:
    time = seconds(1)
    a, e = (np.sin(2 * np.pi * hertz * time) for hertz in (440.0, 659.255))
    equal, half = (describe(a + level * e)[10, :CHROMA] for level in (1.0, 0.5))
    assert (half[4] / half[9]) / (equal[4] / equal[9]) == pytest.approx(0.25, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("signal", ["sung", "noise"])
def test_all_but_flux_are_librosas(signal: str, sung: Floats) -> None:
    noise = np.random.default_rng(1).normal(size=len(sung)) * np.linspace(0, 0.3, len(sung))
    samples = sung if signal == "sung" else noise
    single = samples.astype(np.float32)
    feature = librosa.feature
    reference = np.vstack(
        [
            feature.chroma_stft(y=single, sr=RATE, tuning=0.0),
            feature.mfcc(y=single, sr=RATE),
            feature.spectral_centroid(y=single, sr=RATE),
        ]
    ).T
    described = describe(samples)
    loud = magnitudes(samples).sum(axis=0) > 1e-3
    np.testing.assert_allclose(described[loud][:, :CENTROID], reference[loud][:, :CENTROID], atol=2e-3)
    np.testing.assert_allclose(described[loud, CENTROID], reference[loud, CENTROID], rtol=1e-5)
    rolloff = feature.spectral_rolloff(y=single, sr=RATE)[0]
    assert (described[:, ROLLOFF] == rolloff.astype(np.float32))[
        loud
    ].mean() > 0.98  # rounding decides between two bins


def test_level_moves_only_the_first_mfcc(sung: Floats) -> None:
    loud, soft = describe(sung)[2:20], describe(sung / 4)[2:20]
    np.testing.assert_allclose(np.delete(soft, CHROMA, axis=1), np.delete(loud, CHROMA, axis=1), rtol=1e-3, atol=5e-3)
    # the first coefficient sums 128 bands, each 12.04 dB lower, over sqrt(128)
    np.testing.assert_allclose((loud - soft)[:, CHROMA], 20 * np.log10(4) * np.sqrt(128), rtol=1e-3)


def test_silence_has_neither_centroid_nor_rolloff_nor_flux() -> None:
    described = describe(np.zeros(8192))
    assert np.isfinite(described).all()
    np.testing.assert_array_equal(described[:, [CENTROID, ROLLOFF, FLUX]], 0)


def test_more_coefficients_than_bands_are_refused(sung: Floats) -> None:
    with pytest.raises(BadInputError, match=r"baseline\.mfcc: 129 coefficients of 128 mel bands"):
        describe(sung, mfcc=129)


def test_clips_by_hand() -> None:
    descriptors = np.array([[1, 10], [3, 10], [8, 10], [2, 40]], np.float32)
    found = summarise_clips(descriptors, np.array([0, 1, 2]), 3)
    expected = [
        [4, 10, np.sqrt((9 + 1 + 16) / 3), 0],
        [13 / 3, 20, np.sqrt(((4 / 3) ** 2 + (11 / 3) ** 2 + (7 / 3) ** 2) / 3), np.sqrt(200)],
        [5, 25, 3, 15],  # the recording ends: two frames
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_constant_descriptor_deviates_by_exactly_zero() -> None:
    # or rounding errors would be z-scored; float64 adds this many equal float32 without any
    constant = np.full((251, 1), 0.1, np.float32)
    assert summarise_clips(constant, np.array([0]), 256).tolist() == [[float(np.float32(0.1)), 0.0]]


def test_standardise_by_hand() -> None:
    values = np.array([[1, 0.1, -2], [2, 0.1, -2], [3, 0.1, 4]])
    root, half = np.sqrt(1.5), np.sqrt(0.5)
    expected = [[-root, 0, -half], [0, 0, -half], [root, 0, 2 * half]]
    np.testing.assert_allclose(standardise(values), expected, atol=1e-12)


@given(arrays(np.float64, (7, 2), elements=st.floats(-1e6, 1e6)), st.floats(-1e6, 1e6))
def test_standardised_columns_have_mean_0_and_deviation_1_or_0(values: Floats, constant: float) -> None:
    values = np.column_stack([values.round(3), np.full(7, constant)])
    scores = standardise(values)
    np.testing.assert_allclose(scores.mean(axis=0), 0, atol=1e-9)
    varies = np.ptp(values, axis=0) > 0
    np.testing.assert_allclose(scores.std(axis=0), varies.astype(float), atol=1e-9)
    np.testing.assert_array_equal(scores[:, 2], 0)


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "length", "count"), [(22050, 2048, 12), (22050, 2048, 24), (16000, 1024, 36)])
def test_they_are_librosas(rate: int, length: int, count: int) -> None:
    expected = librosa.filters.chroma(sr=rate, n_fft=length, n_chroma=count, tuning=0.0)
    np.testing.assert_allclose(pitch_class_filters(rate, length, count), expected, atol=1e-6)


@pytest.mark.parametrize(("hertz", "pitch_class"), [(440.0, 9), (880.0, 9), (261.63, 0), (987.77, 11)])
def test_the_bin_of_a_note_belongs_to_its_class(hertz: float, pitch_class: int) -> None:
    filters = pitch_class_filters(22050, 8192, 12)
    assert filters[:, round(hertz * 8192 / 22050)].argmax() == pitch_class
