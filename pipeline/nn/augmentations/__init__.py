"""What may be done to clips in training so that what the network learns is the voice: one kind of change a file.

Spectrograms are in decibels above a floor. Whatever adds or multiplies power works on the *excess* over the floor,
``10 ** (dB / 10) - 1``: nothing, where a spectrogram is 0, stays nothing under any gain and adds nothing.
"""
