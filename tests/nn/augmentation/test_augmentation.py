import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pipeline.audio.settings import SpectrogramSettings
from pipeline.nn.augmentation.augmentation import Augmenter, build_augmentation, draw_masks
from pipeline.nn.augmentation.strengths import AugmentationStrengths

SPECTROGRAMS = SpectrogramSettings(2048, 512, 96, 24, 65.4, 60.0)
FULL = AugmentationStrengths(
    share=0.7,
    equaliser_db=4.0,
    level_db=6.0,
    noise_db=20.0,
    band_octaves=1.0,
    room_s=0.8,
    codec=0.5,
    time_masks=2,
    time_mask_frames=5,
    frequency_masks=2,
    frequency_mask_bins=6,
    pitch_semitones=2.0,
    formant_semitones=2.0,
)


def make(strengths: AugmentationStrengths, feature: str = "mel") -> Augmenter:
    made = build_augmentation(strengths, "mel" if feature == "mel" else "cqt", 22050, SPECTROGRAMS)
    assert made is not None
    return made


def clips(seed: int, count: int = 8, frames: int = 24) -> Tensor:
    return 60 * torch.rand(count, 1, frames, 96, generator=torch.Generator().manual_seed(seed))


def test_off_is_none() -> None:
    assert build_augmentation(AugmentationStrengths(), "mel", 22050, SPECTROGRAMS) is None
    assert build_augmentation(AugmentationStrengths(share=1.0), "mel", 22050, SPECTROGRAMS) is None


def test_nothing_to_do_leaves_clips_as_they_are() -> None:
    augmentation = Augmenter(AugmentationStrengths(), hertz=np.geomspace(60, 8000, 96), frame_s=0.02, floor_db=60.0)
    before = clips(0)
    assert torch.equal(augmentation(before, np.arange(8), np.random.default_rng(0)), before)


@pytest.mark.parametrize("feature", ["mel", "cqt"])
def test_the_same_seed_the_same_bytes(feature: str) -> None:
    before = clips(0)
    copy, voice = before.clone(), np.arange(8) // 2
    first, again, other = (make(FULL, feature)(before, voice, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(before, copy)


@settings(deadline=None, max_examples=40)
@given(
    st.builds(
        AugmentationStrengths,
        share=st.floats(0, 1),
        equaliser_db=st.floats(0, 20),
        level_db=st.floats(0, 60),
        noise_db=st.floats(0, 60),
        band_octaves=st.floats(0, 3),
        room_s=st.floats(0, 10),
        codec=st.floats(0, 1),
        time_masks=st.integers(0, 3),
        time_mask_frames=st.integers(0, 23),
        frequency_masks=st.integers(0, 3),
        frequency_mask_bins=st.integers(0, 95),
        pitch_semitones=st.floats(0, 24),
        formant_semitones=st.floats(0, 24),
    ),
    st.sampled_from(["mel", "cqt"]),
    st.integers(1, 5),
    st.integers(0, 2**32),
)
def test_whatever_is_on_clips_stay_clips(strengths: AugmentationStrengths, feature: str, count: int, seed: int) -> None:
    kind = "mel" if feature == "mel" else "cqt"
    augmentation = build_augmentation(strengths, kind, 22050, SPECTROGRAMS)  # type: ignore[arg-type]
    if augmentation is None:
        return
    generator = np.random.default_rng(seed)
    before = clips(seed % 2**31, count)
    before[0, :, 10:] = 0
    changed = augmentation(before, generator.integers(0, 3, count), generator)
    assert changed.shape == before.shape
    assert changed.dtype == torch.float32
    assert torch.isfinite(changed).all()
    assert changed.min() >= 0
    assert changed.max() <= 60
    assert not changed[0, :, 10:].any()


def test_padding_stays_silent_and_pauses_do_not() -> None:
    before = clips(1)
    before[:, :, 6:10] = 0
    before[:, :, 20:] = 0
    changed = make(AugmentationStrengths(share=1.0, noise_db=30.0, room_s=1.0))(
        before, np.arange(8), np.random.default_rng(0)
    )
    assert not changed[:, :, 20:].any()
    assert (changed[:, :, 6:10].amax(dim=(2, 3)) > 0).all()


def test_a_silent_clip_stays_silent() -> None:
    silent = torch.zeros(3, 1, 24, 96)
    assert not make(FULL)(silent, np.arange(3), np.random.default_rng(0)).any()


def test_clips_of_one_voice_share_their_shift() -> None:
    same = clips(2, count=1).expand(4, -1, -1, -1)
    shifts = AugmentationStrengths(pitch_semitones=3.0, formant_semitones=3.0)
    changed = make(shifts)(same, np.array([5, 1, 5, 1]), np.random.default_rng(0))
    assert torch.equal(changed[0], changed[2])
    assert torch.equal(changed[1], changed[3])
    assert not torch.equal(changed[0], changed[1])


def test_all_else_is_drawn_for_each_clip() -> None:
    same = clips(2, count=1).expand(4, -1, -1, -1)
    changed = make(AugmentationStrengths(share=1.0, equaliser_db=3.0))(
        same, np.zeros(4, np.int64), np.random.default_rng(0)
    )
    assert len({clip.numpy().tobytes() for clip in changed}) == 4


def test_masks_silence_whole_frames_and_bins() -> None:
    before = clips(3) + 1
    masks = AugmentationStrengths(time_masks=1, time_mask_frames=5, frequency_masks=1, frequency_mask_bins=9)
    changed = make(masks)(before, np.arange(8), np.random.default_rng(0)).squeeze(1)
    kept = (changed > 0).any(2, keepdim=True) & (changed > 0).any(1, keepdim=True)
    assert not kept.all()
    assert torch.equal(changed, before.clamp(max=60).squeeze(1) * kept)


@given(st.integers(1, 40), st.integers(0, 3), st.integers(0, 50), st.integers(0, 2**32))
def test_masks_are_few_and_narrow(extent: int, masks: int, widest: int, seed: int) -> None:
    kept = draw_masks(5, extent, masks, widest, np.random.default_rng(seed))
    assert kept.shape == (5, extent)
    assert ((~kept).sum(axis=1) <= masks * widest).all()
    begins = np.diff(np.pad(~kept, ((0, 0), (1, 0))).astype(int), axis=1) == 1
    assert (begins.sum(axis=1) <= masks).all()


def test_every_width_is_as_likely() -> None:
    masked = (~draw_masks(6000, 30, 1, 5, np.random.default_rng(0))).sum(axis=1)
    assert np.bincount(masked) / 6000 == pytest.approx(1 / 6, abs=0.02)


def test_both_ends_are_reached() -> None:
    kept = draw_masks(2000, 10, 1, 3, np.random.default_rng(0))
    assert not kept[:, 0].all()
    assert not kept[:, -1].all()
