import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.audio.settings import SpectrogramSettings
from pipeline.audio.spectrogram import spectrogram
from pipeline.nn.networks.dropout import seed_dropout
from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.networks.movement_network import RATES_HZ, MovementNetwork, modulation_filters
from tests.nn.networks.test_factory import LIGHT

FRAME_RATE = 40.0
RATE = 22_050
SHAPE = LIGHT | {"kind": "movement", "frames": 80, "movements": 7, "frame_rate": FRAME_RATE}
SECONDS = np.arange(80) / FRAME_RATE


def made() -> MovementNetwork:
    network = seeded_network(SHAPE, np.random.SeedSequence(0), torch.device("cpu"))
    assert isinstance(network, MovementNetwork)
    return network


def trained() -> MovementNetwork:
    """In evaluation mode, with running statistics that are not those of a fresh layer."""
    network = made().train()
    seed_dropout(network, torch.Generator().manual_seed(0))
    network(clips(20, seed=1))
    return network.eval()


def clips(count: int = 3, seed: int = 0) -> Tensor:
    return 60 * torch.rand(count, 1, 80, 8, generator=torch.Generator().manual_seed(seed))


def harmonic(rate: float, extent: float, phase: float = 0.0, level: float = 0.0) -> Tensor:
    """Make a clip of one harmonic, 30 dB high, that sways about the middle between the bins 3 and 4."""
    middle = 3.5 + extent * np.sin(2 * np.pi * rate * SECONDS + phase)
    bell = 30 * np.exp(-0.5 * (np.arange(8) - middle[:, None]) ** 2)
    return torch.from_numpy(level + bell).float()[None, None]


def spectrum_and_depth(powers: Tensor) -> tuple[NDArray[np.float64], float]:
    logarithm = powers.detach().double().log().numpy()
    return logarithm - logarithm.mean(), float(logarithm.mean())


def test_a_sinusoid_in_the_middle_of_a_band_has_an_envelope_of_one_half_whatever_its_phase() -> None:
    """The next bands answer with exp(-(2 pi 1 Hz 0.15 s)^2 / 2) = 0.64 of that; more, as bells are cut off."""
    filters = modulation_filters(200.0)
    cosine, sine = filters[: len(RATES_HZ)], filters[len(RATES_HZ) :]
    seconds = np.arange(filters.shape[1]) / 200
    for phase in (0.0, 1.0, 2.5):
        wave = np.cos(2 * np.pi * 6 * seconds + phase)
        envelope = np.hypot(cosine @ wave, sine @ wave)
        assert envelope[3] == pytest.approx(0.5, rel=0.03)
        assert envelope[[2, 4]] == pytest.approx(0.5 * 0.64, rel=0.15)


def test_what_stands_still_does_not_move() -> None:
    np.testing.assert_allclose(modulation_filters(FRAME_RATE).sum(1), 0, atol=1e-12)
    still = torch.full((1, 1, 80, 8), 30.0)
    still[..., 3] = 50
    assert float(made().eval().movements(still).detach().max()) < 1e-10


@pytest.mark.parametrize("rate", [4, 5, 6, 7, 8])
def test_a_harmonic_that_sways_lands_in_the_band_of_its_rate(rate: int) -> None:
    """The channel in the middle is the difference of bins 3 and 4, between which the harmonic goes to and fro."""
    powers = made().eval().movements(harmonic(rate, extent=0.2))[0, 3]
    assert RATES_HZ[int(powers.argmax())] == rate


def sung(rate: float, extent_cents: float) -> Tensor:
    """Make a clip of a tone at 220 Hz with twenty harmonics and vibrato, as the pipeline would hear it."""
    seconds = np.arange(RATE * 6) / RATE
    cents = extent_cents * np.sin(2 * np.pi * rate * seconds)
    phase = 2 * np.pi * np.cumsum(220 * 2 ** (cents / 1200)) / RATE
    samples = sum(np.sin(number * phase) / number for number in range(1, 21))
    listening = SpectrogramSettings(length=2048, hop=512, bins=96, bins_per_octave=24, cqt_min_hz=65.4, floor_db=60.0)
    heard = spectrogram(0.1 * np.asarray(samples, np.float32), RATE, "mel", listening)
    return torch.from_numpy(heard[:256])[None, None]


@pytest.mark.parametrize("rate", [5, 6, 7])
def test_the_vibrato_of_a_tone_lands_in_the_band_of_its_rate_and_grows_with_its_extent(rate: int) -> None:
    shape = SHAPE | {"frames": 256, "bins": 96, "movements": 40, "frame_rate": RATE / 512}
    network = seeded_network(shape, np.random.SeedSequence(0), torch.device("cpu")).eval()
    assert isinstance(network, MovementNetwork)
    little, much = (network.movements(sung(rate, cents))[0].detach().log().mean(0) for cents in (10, 40))
    assert RATES_HZ[int(much.argmax())] == rate
    assert float(much.max()) > float(little.max())


def test_neither_phase_nor_level_changes_what_is_measured() -> None:
    network = made().eval()
    one = network.movements(harmonic(6, 0.2))
    torch.testing.assert_close(network.movements(harmonic(6, 0.2, level=20)), one, rtol=1e-3, atol=1e-8)
    torch.testing.assert_close(network.movements(harmonic(6, 0.2, phase=2))[0, 3, 3], one[0, 3, 3], rtol=0.05, atol=0)


def test_twice_the_extent_is_a_depth_of_log_four_more_at_the_same_spectrum() -> None:
    network = made().eval()
    (shape, depth), (wider_shape, wider_depth) = (
        spectrum_and_depth(network.movements(harmonic(6, extent))[0, 3]) for extent in (0.02, 0.04)
    )
    assert wider_depth - depth == pytest.approx(np.log(4), rel=0.01)
    np.testing.assert_allclose(wider_shape, shape, atol=0.05)


def test_the_order_of_frames_matters_to_movement_and_not_to_the_statistics() -> None:
    network = trained()
    given = clips()
    shuffled = given[:, :, torch.randperm(80, generator=torch.Generator().manual_seed(0))]
    one, other = network.summaries(given).detach(), network.summaries(shuffled).detach()
    statistics = 4 * LIGHT["cepstra"]
    torch.testing.assert_close(one[:, :statistics], other[:, :statistics], rtol=0, atol=1e-5)
    assert float((one - other)[:, statistics:].abs().max()) > 0.1
    assert float((network(given) - network(shuffled)).detach().abs().max()) > 1e-3


def test_an_embedding_is_that_of_the_formulas_in_float64() -> None:
    """Frame by frame and channel by channel, with running statistics that are not those of a fresh layer."""
    network = trained()
    state = {name: value.double().numpy() for name, value in network.state_dict().items()}
    given = clips()
    statistics = network.summaries(given)[:, : 4 * LIGHT["cepstra"]].detach().double().numpy()

    def norm(values: NDArray[np.float64], layer: str) -> NDArray[np.float64]:
        mean, variance = state[f"{layer}.running_mean"], state[f"{layer}.running_var"]
        scaled: NDArray[np.float64] = (values - mean) / np.sqrt(variance + 1e-5)
        return np.asarray(scaled * state[f"{layer}.weight"] + state[f"{layer}.bias"])

    def power(channel: NDArray[np.float64], rate: float, share: NDArray[np.float64]) -> float:
        offsets = np.arange(-12, 13)
        bell = np.exp(-0.5 * (offsets / FRAME_RATE / 0.15) ** 2)
        bell /= bell.sum()
        wave = np.exp(2j * np.pi * rate * offsets / FRAME_RATE)
        gabor = bell * (wave - (wave * bell).sum())
        heard = [abs((channel[np.clip(t + offsets, 0, 79)] * gabor).sum()) ** 2 for t in range(0, 80, 4)]
        return float(share @ heard)

    for clip, known, found in zip(given[:, 0].double().numpy(), statistics, network(given).detach(), strict=True):
        share = np.exp(clip.mean(1) / 20)[::4]
        share /= share.sum()
        channels = clip / 20 @ state["channels.weight"].T
        powers = np.log([[power(one, rate, share) + 1e-6 for rate in RATES_HZ] for one in channels.T])
        depth = powers.mean(1)
        moved = [norm((powers - depth[:, None]).ravel(), "spectrum_norm"), norm(depth, "depth_norm")]
        vector = state["output.weight"] @ np.concatenate([known, *moved]) + state["output.bias"]
        np.testing.assert_allclose(found.numpy(), vector / np.linalg.norm(vector), atol=2e-5)


def test_channels_begin_as_differences_of_neighbouring_bins() -> None:
    """Seven channels on eight bins: the k-th is bin k + 1 less bin k, each seen through a bell of 0.6 bins."""
    weight = made().channels.weight.detach().numpy()
    bins = np.arange(8)
    for k in range(7):
        expected = np.exp(-0.5 * ((bins - k - 1) / 0.6) ** 2) - np.exp(-0.5 * ((bins - k) / 0.6) ** 2)
        np.testing.assert_allclose(weight[k], expected, atol=1e-6)


def test_clips_of_silence_are_finite_and_have_gradients() -> None:
    network = made()
    seed_dropout(network, torch.Generator().manual_seed(0))
    network(torch.zeros(4, 1, 80, 8)).square().sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in network.parameters() if p.grad is not None)


@pytest.mark.parametrize("frames", [4, 40, 200])
def test_any_length_of_clip_is_taken(frames: int) -> None:
    assert made().eval()(torch.zeros(2, 1, frames, 8)).shape == (2, 4)
