"""The convolutions of `pipeline.nn.networks.network` at the speed of their arithmetic, on a processor.

The plain layers write and read every map several times, and half of them are large: for 64 clips the first layer's
output alone takes 0.8 GB. Here each clip's maps are worked on while they lie in cache, by one thread a core; what the
gradient needs is kept at half resolution, and what is cheap is computed again.
"""
