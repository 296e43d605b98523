"""Objectives of training: each draws its batches, computes its loss from the vectors, and evaluates a validation."""
