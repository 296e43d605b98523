"""The convolutions of `pipeline.nn.networks.residual` at the speed of their arithmetic, on a processor.

The plain layers write and read every map several times, and half of the maps are large: for 64 clips the first layer's
output alone takes 0.8 GB. Here each clip's maps are processed while they are in cache, by one thread per core; what the
gradient needs is kept at half resolution, and what is cheap is recomputed.
"""
