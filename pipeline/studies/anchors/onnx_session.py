"""An ONNX file, opened for one thread on the processor."""

from pathlib import Path
from typing import Any

from pipeline.errors import BadInputError


def open_session(path: Path) -> Any:
    """Open an ONNX file with onnxruntime.

    Returns
    -------
    onnxruntime.InferenceSession

    Raises
    ------
    BadInputError
        It is missing or not ONNX, or onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError:
        raise BadInputError("onnxruntime: not installed; pip install 'singing-style[export]'") from None
    options = onnxruntime.SessionOptions()
    # Workers use a core each; more threads would also add up in another order.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise BadInputError(f"{path}: {fault.strerror}; name an ONNX file") from None
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # onnxruntime has a class of its own for every kind of fault, none of them public
        reason = " ".join(str(fault).split())[:200]
        raise BadInputError(f"{path}: not an ONNX model that onnxruntime can run ({reason})") from None
