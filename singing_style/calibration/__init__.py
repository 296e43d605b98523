"""A calibration for recordings of one's own: fitted to known singers, and judged on singers who were not in the fit."""

from singing_style.calibration.calibrate import Calibrated, calibrate, check_rate, check_roster, refit
from singing_style.calibration.held_out import HeldOut

__all__ = ["Calibrated", "HeldOut", "calibrate", "check_rate", "check_roster", "refit"]
