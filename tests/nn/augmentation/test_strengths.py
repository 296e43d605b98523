import pytest

from pipeline.nn.augmentation.strengths import AugmentationStrengths


def test_nothing_is_on_by_default() -> None:
    assert not AugmentationStrengths().changes_channel
    assert not AugmentationStrengths().changes_voice
    assert not AugmentationStrengths().masks


@pytest.mark.parametrize("name", ["equaliser_db", "level_db", "noise_db", "band_octaves", "room_s", "codec"])
def test_a_channel_needs_a_share_of_clips(name: str) -> None:
    assert AugmentationStrengths(share=0.1, **{name: 0.5}).changes_channel  # type: ignore[arg-type]
    assert not AugmentationStrengths(**{name: 0.5}).changes_channel  # type: ignore[arg-type]


def test_masks_need_number_and_width() -> None:
    assert AugmentationStrengths(time_masks=1, time_mask_frames=3).masks
    assert AugmentationStrengths(frequency_masks=1, frequency_mask_bins=3).masks
    assert not AugmentationStrengths(time_masks=1, frequency_mask_bins=3).masks


def test_either_shift_makes_another_voice() -> None:
    assert AugmentationStrengths(pitch_semitones=1.0).changes_voice
    assert AugmentationStrengths(formant_semitones=1.0).changes_voice
