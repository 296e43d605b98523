"""The paper's figures: each module composes one and writes it as a PNG that is the same to the last byte."""
