"""Why a probability is not known to hold for the recordings of an index, and what helps, which need not be calibrating.

Calibrating is advised only where it helps: where a calibration that is fitted to the index would be borne out by it.
"""

from functools import lru_cache

from pipeline.model.calibration import Calibration
from pipeline.runtime.counting import counted
from singing_style.cohort import Cohort
from singing_style.rehearsal import FEWEST, TOLERATED_ERROR, Rehearsal
from singing_style.voice_index import VoiceIndex

UNKNOWN = "the model's calibration rests on nothing"
CALIBRATE = "`singing-style calibrate` fits one that holds here"


def doubt_nearest(rehearsal: Rehearsal, calibration: Calibration, index: VoiceIndex) -> str:
    """Return why the probability of the nearest singer is not known to hold, and what helps; empty where it is.

    Parameters
    ----------
    rehearsal : Rehearsal
        Of the recordings at about the pitch of the one that is asked about.
    calibration : Calibration
        The model's.
    index : VoiceIndex
        All recordings, to which a calibration could be fitted.
    """
    if not calibration.known:
        return UNKNOWN
    error = rehearsal.calibration_error(calibration)
    if error is None:
        return (
            f"too few recordings at this pitch to know whether the model's percentages hold: it takes {FEWEST}, each "
            f"beside others of its singer and of another, and the index has {rehearsal.judging}; index more"
        )
    if error <= TOLERATED_ERROR:
        return ""
    off = f"for the nearest singer in this index it would be off by {_points(error)} on average"
    fitted = _fitted(index)
    if fitted and rehearsal.bears_out(fitted):
        return f"{off}; {CALIBRATE}"
    return f"{off}; go by the verdict{_of_two(calibration, fitted, index)}"


def doubt_pair(cohort: Cohort | None, calibration: Calibration, index: VoiceIndex) -> str:
    """Return why the probability of two recordings is not known to hold, and what helps; empty where it is.

    Parameters
    ----------
    cohort : Cohort or None
        Of the index.
    calibration : Calibration
        The model's.
    index : VoiceIndex
    """
    if not calibration.known:
        return UNKNOWN
    error = cohort.calibration_error(calibration) if cohort else None
    if error is None:
        same, impostors = (len(cohort.same), len(cohort.distances)) if cohort else (0, 0)
        return (
            f"too few pairs to know whether the model's percentages hold: it takes {FEWEST} of one singer's recordings "
            f"at about one pitch, and {FEWEST} of two singers', and the index has {same} and {impostors}; index more"
        )
    if error <= TOLERATED_ERROR:
        return ""
    off = f"for the pairs of this index it would be off by {_points(error)} on average"
    fitted = _fitted(index)
    helps = cohort and fitted and cohort.bears_out(fitted)
    return f"{off}; {CALIBRATE if helps else 'go by how many pairs of two singers lie farther apart'}"


def _of_two(calibration: Calibration, fitted: Calibration | None, index: VoiceIndex) -> str:
    """Return how to get a probability of two recordings instead, where there is one."""
    cohort = Cohort.of(index)
    if cohort and cohort.bears_out(calibration):
        return "; for two recordings, `singing-style compare --among` gives a probability"
    if cohort and fitted and cohort.bears_out(fitted):
        return "; for two recordings, `singing-style compare` gives a probability after `singing-style calibrate`"
    return ""


@lru_cache(maxsize=2)
def _fitted(index: VoiceIndex) -> Calibration | None:
    from singing_style.calibration import refit  # and the network, which nothing else here needs

    return refit(index)


def _points(error: float) -> str:
    return counted(round(100 * error), "point")
