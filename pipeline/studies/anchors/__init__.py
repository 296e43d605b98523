"""Encoders that others trained, beside which `make judge` sees a model: from sound to a vector, a file for each.

They come with the extra `anchors`, or as an ONNX file of anybody, and are imported only where they are asked for.
"""
