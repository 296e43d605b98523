"""Error rates of a model, or of the vectors of anybody, on a list of trials or a labelled collection."""

from singing_style.evaluation.evaluate import Evaluation, evaluate
from singing_style.evaluation.labels import Label, read_labels
from singing_style.evaluation.named_vectors import NamedVectors
from singing_style.evaluation.trial_list import TrialList, read_trials
from singing_style.evaluation.vector_file import read_vectors

__all__ = ["Evaluation", "Label", "NamedVectors", "TrialList", "evaluate", "read_labels", "read_trials", "read_vectors"]
