"""Where frames and clips rest between the stages: HDF5 shards."""
