"""Singing style as a step of a scikit-learn pipeline: recordings in, vectors out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from pipeline.errors import BadInputError, BadRecordingError
from singing_style.hearing import Sound
from singing_style.model import StyleModel
from singing_style.performance import Performance


class StyleTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn recordings into vectors of singing style.

    Fitting loads the model; nothing is learned from the recordings. Those of scikit-learn's estimator checks that pass
    tables of numbers do not apply: here a row of numbers is a sound, and one that is too short.

    Parameters
    ----------
    model : StyleModel or path, optional
        By default the model that `StyleModel.load` finds.
    rate : int, optional
        Sampling rate in Hz of recordings given as arrays.
    workers : int, optional
        Number of processes that listen to files; by default one per core.

    Attributes
    ----------
    model_ : StyleModel
        The model in use.
    n_features_out_ : int
        Length of a vector.
    """

    def __init__(
        self, model: StyleModel | Path | str | None = None, rate: int | None = None, workers: int | None = None
    ) -> None:
        self.model = model
        self.rate = rate
        self.workers = workers

    def fit(self, X: Iterable[Sound] | None = None, y: object = None) -> Self:
        """Load the model.

        Parameters
        ----------
        X, y : optional
            Ignored.
        """
        self.model_ = self.model if isinstance(self.model, StyleModel) else StyleModel.load(self.model)
        self.n_features_out_ = int(self.model_.shape["embedding"])
        return self

    def transform(self, X: Iterable[Sound]) -> NDArray[np.float32]:
        """Embed recordings.

        Parameters
        ----------
        X : iterable of path or of ndarray
            Files of any format, lists of files that are takes of one performance, or samples of shape (samples,) or
            (samples, channels) at `rate`; files and arrays must not be mixed.

        Returns
        -------
        ndarray of float32, shape (n, n_features_out_)
            One performance vector per recording, in the order given.

        Raises
        ------
        BadInputError
            A recording cannot be used; a table without its row would be out of step with the labels. The message names
            the first one. `StyleModel.embed_many` carries on instead.
        """
        check_is_fitted(self)
        sounds = list(X)
        arrays = [isinstance(sound, np.ndarray) for sound in sounds]
        if any(arrays) and not all(arrays):
            raise BadInputError("X: holds both paths and arrays; transform them separately")
        performances = self._embed_arrays(sounds) if any(arrays) else self._embed_files(sounds)
        return np.stack([one.vector for one in performances]) if performances else self._nothing()

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of the columns: style0, style1 and so on."""
        check_is_fitted(self)
        return np.array([f"style{column}" for column in range(self.n_features_out_)], dtype=object)

    def _embed_arrays(self, sounds: list[Any]) -> list[Performance]:
        performances = []
        for number, sound in enumerate(sounds):
            try:
                performances.append(self.model_.embed(sound, self.rate, name=f"X[{number}]"))
            except BadRecordingError as fault:
                raise BadInputError(f"{fault}; leave it out") from fault
        return performances

    def _embed_files(self, sounds: list[Any]) -> list[Performance]:
        embedded = self.model_.embed_many(sounds, workers=self.workers)
        for path, reason in embedded.failed.items():
            raise BadInputError(f"{path}: {reason}; leave it out ({len(embedded.failed)} of {len(sounds)} failed)")
        return embedded.performances

    def _nothing(self) -> NDArray[np.float32]:
        return np.empty((0, self.n_features_out_), np.float32)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags
