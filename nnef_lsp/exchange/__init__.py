"""MODELS OF OTHER FORMATS <-> FLAT GRAPHS AND NNEF TEXT.

Here: ONNX, both ways (`onnx`).  The packages of other formats are imported when they are asked for, never before;
without them there is a sentence that says what to install (`packages.py`).
"""
