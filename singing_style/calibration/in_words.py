"""What a calibration is worth, in plain sentences: how often it errs about singers who were not in the fit."""

from pipeline.analysis.bootstrap import Estimate
from singing_style.calibration.calibrate import FEWEST_SINGERS, Calibrated

# Log loss of a half for everything: log 2.
GUESS = 0.693
# From so wide an interval on, an error rate hardly says anything.
WIDE = 0.3
# With so many singers an error rate may still be far off, but not for want of singers.
ENOUGH_SINGERS = 20


def is_a_guess(done: Calibrated) -> bool:
    """Return whether the probability is no better than a half for everything."""
    return done.held_out.after.log_loss >= GUESS


def is_rough(done: Calibrated) -> bool:
    """Return whether the error rates for other singers are hardly known."""
    return any(share.high - share.low > WIDE for share in (done.held_out.false_alarms, done.held_out.misses))


def plainly(done: Calibrated) -> list[str]:
    """Say how often the threshold errs about singers who were not in the fit, and whether that can be relied on."""
    held = done.held_out
    return [
        f"Of pairs of two singers, about {_of_100(held.false_alarms)} would pass for one singer"
        f"{_between(held.false_alarms)}{_trust(done)}.",
        f"Of pairs of one singer, about {_of_100(held.misses)} would be taken for two singers{_between(held.misses)}.",
    ]


def reserve(done: Calibrated) -> str:
    """Return why a calibration should be used with reserve; empty where nothing speaks against it."""
    if is_a_guess(done):
        return "its probability is no better than a guess"
    if is_rough(done):
        return "how often it errs about other singers is hardly known"
    return ""


def _of_100(share: Estimate) -> str:
    return f"{100 * share.value:.0f} in 100"


def _between(share: Estimate) -> str:
    return f" (anything from {100 * share.low:.0f} to {100 * share.high:.0f})"


def _trust(done: Calibrated) -> str:
    """Say whether the figures can be relied on, and what helps."""
    singers = done.model.calibration.singers
    if not is_rough(done):
        return ""
    if singers < ENOUGH_SINGERS:
        return f": too few singers to rely on; {FEWEST_SINGERS} are the least, {ENOUGH_SINGERS} or more are better"
    return ": these singers differ too much to rely on it; more of them, or longer recordings, help"
