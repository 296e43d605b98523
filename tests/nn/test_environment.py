import json
import platform

import numpy as np
import torch

from pipeline.nn.environment import PACKAGES, describe_environment

CPU = torch.device("cpu")


def test_the_environment_is_plain_and_the_same_twice() -> None:
    found = describe_environment(CPU, torch.bfloat16, 3)
    assert json.loads(json.dumps(found)) == found == describe_environment(CPU, torch.bfloat16, 3)
    assert (found["precision"], found["threads"]) == ("bfloat16", 3)
    assert found["python"] == platform.python_version()
    assert found["packages"]["numpy"] == np.__version__
    assert set(found["packages"]) == set(PACKAGES)


def test_features_of_the_processor_are_named() -> None:
    features = describe_environment(CPU, torch.float32, 1)["processor_features"]
    able = torch.cpu.get_capabilities()
    assert features == sorted(features)
    assert ("avx2" in features) == bool(able.get("avx2"))
    assert not any(able.get(name) is False for name in features)
