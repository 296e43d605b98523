"""The few figures by which runs are compared: of which vectors and tasks they are, and how they are named."""

# What follows a figure's name, by vectors. MFCC means are the hardest baseline.
VECTORS = {"": "embedding", "_mfcc": "mfcc_means"}
# The task of each figure; see `pipeline.analysis.classification`.
TASKS = {"singer": "singer", "other_song": "singer_cross_song", "song": "song"}
WITH_CHANCE = ("singer", "song")
