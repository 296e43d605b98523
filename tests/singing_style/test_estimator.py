from pathlib import Path

import numpy as np
import pytest
import soundfile
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from pipeline.errors import BadInputError
from singing_style.estimator import StyleTransformer
from singing_style.model import StyleModel

# All of scikit-learn's that do not feed tables of numbers: a row of numbers is a sound here, and too short a one.
CHECKS = (
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
)


@pytest.mark.slow
def test_files_and_arrays_give_the_models_vectors(model: StyleModel, choir: Path) -> None:
    transformer = StyleTransformer(model, rate=22050, workers=1).fit()
    expected = np.stack([model.embed(name).vector for name in ("ben.wav", "ann.wav")])
    np.testing.assert_array_equal(transformer.transform(["ben.wav", Path("ann.wav")]), expected)
    sounds = [soundfile.read(name, dtype="float32")[0] for name in ("ben.wav", "ann.wav")]
    np.testing.assert_array_equal(transformer.transform(sounds), expected)
    together = transformer.transform([["ann.wav", "ben.wav"]])  # takes of one performance
    np.testing.assert_array_equal(together, [model.embed(["ann.wav", "ben.wav"]).vector])
    assert transformer.transform([]).shape == (0, 4)
    assert list(transformer.get_feature_names_out()) == ["style0", "style1", "style2", "style3"]
    frame = transformer.set_output(transform="pandas").transform(["ann.wav"])
    assert list(frame.columns) == ["style0", "style1", "style2", "style3"]


def test_it_is_a_step_of_a_pipeline(model: StyleModel, choir: Path) -> None:
    steps = make_pipeline(StyleTransformer(model, workers=1), KNeighborsClassifier(1))
    steps.fit(["ann.wav", "ben.wav"], ["Ann", "Ben"])
    assert list(clone(steps).fit(["ann.wav", "ben.wav"], ["Ann", "Ben"]).predict(["ben.wav"])) == ["Ben"]


def test_the_model_comes_from_a_file(model: StyleModel, choir: Path) -> None:
    model.save(choir / "model.safetensors")
    assert StyleTransformer("model.safetensors").fit().model_.identity == model.identity
    with pytest.raises(BadInputError, match="no such model file"):
        StyleTransformer("other.safetensors").fit()


def test_a_recording_that_cannot_be_used_stops_it(model: StyleModel, choir: Path) -> None:
    transformer = StyleTransformer(model, rate=22050, workers=1)
    with pytest.raises(NotFittedError):
        transformer.transform(["ann.wav"])
    transformer.fit()
    with pytest.raises(BadInputError, match=r"^silence.wav: silent; leave it out \(1 of 2 failed\)"):
        transformer.transform(["ann.wav", "silence.wav"])
    with pytest.raises(BadInputError, match=r"^X\[1\]: silent; leave it out"):
        transformer.transform([soundfile.read("ann.wav")[0], np.zeros(22050)])
    with pytest.raises(BadInputError, match="^X: holds both"):
        transformer.transform(["ann.wav", np.zeros(22050)])


@pytest.mark.parametrize("check", CHECKS)
def test_scikit_learns_checks(model: StyleModel, check: str) -> None:
    getattr(estimator_checks, check)("StyleTransformer", StyleTransformer(model, rate=22050, workers=1))
