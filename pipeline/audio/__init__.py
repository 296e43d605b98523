"""From a file of any format to clips of singing: decoding, resampling, spectrograms and voice detection."""
