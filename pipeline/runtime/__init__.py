"""How a stage or a study runs: its start and end, its recordings, its processes, and the files that it writes."""
