"""What the frameworks' defaults cost: PyTorch and Keras with settings of the same names, and how far apart they end.

`items.py` lists the differences; `torch_*.py` and `keras_*.py` hold each side of every experiment, in processes of
their own; `ledger.py` compares what they leave.
"""
