"""What the stages of the same names do with one recording: from file to file."""
