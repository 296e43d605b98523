"""A calibration for recordings of one's own: fitted to known singers, and judged on singers who were not in the fit."""
